#!/usr/bin/env bash
# Assurance: sandbox, which all nodes have to offer: where one has none, its task fails, says what is
# missing, and grades nothing. What it gives is a grade.
#
#     sbatch recipes/machines/slurm.sh handed-in assignment.toml results
#
# A task that was lost is run again with the same job's name for the run, so that it has its seeds:
#     sbatch --array=3-3 --export=ALL,RUN=JOBID,SHARDS=8 recipes/machines/slurm.sh ...
#SBATCH --job-name=kata
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --time=02:00:00
set -euo pipefail

shard="$SLURM_ARRAY_TASK_ID/${SHARDS:-$SLURM_ARRAY_TASK_COUNT}"
kata grade "$1" --assignment "$2" --out "$3" --workers "${SLURM_CPUS_PER_TASK:-1}" \
    --shard "$shard" --run "${RUN:-$SLURM_ARRAY_JOB_ID}"
