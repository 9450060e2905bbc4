# class by class, from precision and recall
def macro_f1(matrix):
    table = matrix.tolist()
    found = []
    for k, row in enumerate(table):
        hits, real, said = row[k], sum(row), sum(line[k] for line in table)
        if real + said == 0:
            continue
        if hits == 0:
            found.append(0.0)
            continue
        precision, recall = hits / said, hits / real
        found.append(2 / (1 / precision + 1 / recall))
    return sum(found) / len(found)
