#!/usr/bin/env bash
# Assurance: landlock, which a container offers on Linux 6.12 or later; a task on a machine that has none
# fails, says so, and grades nothing. What it gives is a grade.
#
# The command of an array job whose image is that of recipes/docker, with the course and the results on a
# file system (EFS) that all tasks mount. AWS retries a task under the same id. This is from the
# documentation, and was not tried there.
#
#     aws batch submit-job --job-name kata --job-queue QUEUE --job-definition kata \
#         --array-properties size=8 --retry-strategy attempts=3
set -euo pipefail

# AWS counts from 0, and writes the number of the task behind the job's id.
shard="$((AWS_BATCH_JOB_ARRAY_INDEX + 1))/$AWS_BATCH_JOB_ARRAY_SIZE"
exec kata grade /course/handed-in --assignment /course/assignment.toml --out /results/week1 \
    --assurance landlock --shard "$shard" --run "${AWS_BATCH_JOB_ID%%:*}"
