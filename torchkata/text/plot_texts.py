"""What is written on a picture of expected against got."""

EXPECTED, GOT = "expected", "got"
RESULT = "result"
CASE = ", case {}"
ENTRY = "entry {}"
STEP_ENTRY = "{along} {place}, entry {entry}"
ROW, COLUMN = "row", "column"
FRAMED = "[{row}, {column}] (framed)"
DISTANCE = "distance between the two"
SHOWS = {
    "curve": "what was expected and what was got",
    "path": "what was expected and what was got, step by step",
    "heat": "got - expected",
    "bars": "what was expected and what was got, where they differ",
}
FURTHEST = "Furthest apart at {where}: expected {expected}, got {got}."
GAPS = "Where there is no mark, the two agree."
LENGTHS = "{} numbers were expected, {} were got."
CONTOURS = "Along a grey line the loss stays the same; from one to the next it doubles."
NOT_FINITE = "Not a finite number: {count} of {total} that were got."
