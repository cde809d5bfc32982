#!/usr/bin/env bash
# Times MiniGan's training step and layers beside PyTorch's (torch-dcgan-step.py), alternately, in one go, on this machine, and prints the ratios.
# Needs Linux, and python3 with torch and a fast BLAS (Debian: apt-get install --no-install-recommends python3-torch libopenblas0-pthread). Another python:
# PYTHON=/usr/bin/python3.
# usage: benchmarks/compare-with-pytorch.sh [rounds, 5 unless given]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || { echo "compare-with-pytorch.sh: the number of rounds must be 1 or more, but is '$rounds'." >&2; exit 2; }
"${PYTHON:-python3}" -c 'import torch' 2>/dev/null || { echo "compare-with-pytorch.sh: ${PYTHON:-python3} has no torch. Install it, or set PYTHON to a python that has it." >&2; exit 2; }
dotnet build -c Release src/Cli --verbosity quiet
exec "${PYTHON:-python3}" - "$rounds" <<'PROGRAM'
import collections, json, os, platform, statistics, subprocess, sys, tempfile

rounds = int(sys.argv[1])
threads = str(min(os.cpu_count(), 2))
minigan = ["src/Cli/bin/Release/net10.0/minigan"]
torch = [sys.executable, "benchmarks/torch-dcgan-step.py", "--threads", threads]
times, peak_bytes = collections.defaultdict(list), collections.defaultdict(list)


def run(engine, command, setting):
    """Keeps the median of each line that the command prints, and the most memory that it had."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"{' '.join(command)} failed")
        output.seek(0)
        for line in filter(None, map(str.strip, output)):
            result = json.loads(line) if line.startswith("{") else {}
            if "step_ms" in result:
                times[setting, engine].append(result["step_ms"])
            elif "ms" in result:
                times[result["layer"], engine].append(result["ms"])
    peak_bytes[setting, engine].append(usage.ru_maxrss * 1024)


settings = [(64, 64), (32, 16), (32, 64), (32, 256)]
for round_number in range(rounds):
    for width, batch in settings:
        size = ["--width", str(width), "--batch", str(batch), "--steps", "20"]
        setting = f"step, width {width}, batch {batch}"
        run("minigan", minigan + ["bench", "step", "--json", "--threads", threads] + size, setting)
        run("tuned", torch + size, setting)
        if (width, batch) == (64, 64):
            run("stock", torch + size + ["--kernels", "stock"], setting)
    run("minigan", minigan + ["bench", "layers", "--json", "--threads", threads, "--steps", "20"], "layers")
    run("tuned", torch + ["--layers", "--steps", "20"], "layers")
    run("stock", torch + ["--layers", "--steps", "20", "--kernels", "stock"], "layers")
    with tempfile.TemporaryDirectory() as folder:
        run("minigan", minigan + ["train", "--preset", "dcgan", "--width", "64", "--steps", "30", "--out", folder + "/run"], "train, width 64")

version = subprocess.run([sys.executable, "-c", "import torch; print(torch.__version__)"], capture_output=True, text=True).stdout.strip()
cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
print(f"{cpu}, {threads} threads, PyTorch {version}; medians of {rounds} alternating runs, in ms; ratio = PyTorch / MiniGan, above 1 MiniGan is faster")
print(f"{'':38}{'MiniGan':>9}{'tuned':>9}{'ratio':>7}{'stock':>9}{'ratio':>7}")
for name in dict.fromkeys(name for name, _ in times):
    ours = statistics.median(times[name, "minigan"])
    row = f"{name:38}{ours:9.2f}"
    for engine in ("tuned", "stock"):
        if times.get((name, engine)):
            other = statistics.median(times[name, engine])
            row += f"{other:9.2f}{other / ours:6.2f}{' ' if other >= ours else '!'}"
    print(row)
for name, engine, label in (("step, width 64, batch 64", "minigan", "minigan bench step"), ("train, width 64", "minigan", "minigan train"), ("step, width 64, batch 64", "tuned", "PyTorch's step, tuned"), ("step, width 64, batch 64", "stock", "PyTorch's step, stock")):
    print(f"peak resident memory, width 64, batch 64, {label}: {statistics.median(peak_bytes[name, engine]) / 1e6:.0f} MB")
print("! marks where MiniGan is slower.")
PROGRAM
