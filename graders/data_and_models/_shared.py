"""Sentences that graders of this module share, each with the idea behind it."""

CHANGES_THE_LAYERS = {
    "text": "What you return is right, but a layer has changed, as by `pop` or `setdefault`: the "
    "caller still needs it as it was. `get` takes a value without changing anything.",
    "idea": "argument_changed",
}

# Why a mutant is equivalent.
ONE_STRING = "Python keeps one string for all that are spelled alike in its source"
