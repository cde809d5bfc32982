#!/usr/bin/env python3
"""Runs in PyTorch what `minigan export --pytorch` writes, and records what comes out, for tests/Reference/torch-export.safetensors.

usage: python3 data-scripts/record-torch-export.py CASES [FILE]

Needs PyTorch for the CPU (recorded with 1.13, Debian's python3-torch). CASES is the folder that
  MINIGAN_PYTORCH_CASES=CASES dotnet test tests/PyTorch.Tests -c Release --filter Writes_the_cases
has filled: a folder per case, with model.py and checkpoint.safetensors. Of each it records z and what both generators make of it, images and the
discriminator's logits, and the SHA-256 of the model.py; of a module alone, which stands in for one of the networks, that network. Each checkpoint is
saved by model.py, too, and must come out as it was.
"""
import hashlib, importlib.util, os, random, sys
import torch


def module_at(path):
    spec = importlib.util.spec_from_file_location("model", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@torch.no_grad()
def record(folder, name, out, metadata):
    path = os.path.join(folder, name, "model.py")
    model, numbers = module_at(path), random.Random(1)
    batch = int(open(os.path.join(folder, name, "batch.txt")).read())
    labels = (torch.tensor([3 * n % model.CLASSES for n in range(batch)]),) if model.CLASSES > 0 else ()
    normal = lambda *shape: torch.tensor([numbers.gauss(0, 1) for _ in range(torch.Size(shape).numel())]).reshape(shape)
    alone = name.startswith("module ")
    (raw, discriminator), (average, _) = model.load(average=False), model.load()
    if not (alone and model.IMAGE != (1, 1, 1)):
        out[f"{name}/z"] = z = normal(batch, model.LATENT)
        out[f"{name}/images"] = raw(z, *labels)
        if not alone:
            out[f"{name}/average"] = average(z, *labels)
    if not (alone and model.IMAGE == (1, 1, 1)):
        out[f"{name}/judged"] = images = normal(batch, *model.IMAGE)
        out[f"{name}/logits"] = discriminator(images, *labels)
    metadata[name] = hashlib.sha256(open(path, "rb").read()).hexdigest()

    copy = os.path.join(folder, name, "copy.safetensors")
    model.save(copy, raw, discriminator, None if alone else average)
    before, after = model.read_safetensors(model.CHECKPOINT)[0], model.read_safetensors(copy)[0]
    assert before.keys() == after.keys() and all(torch.equal(before[key], after[key]) for key in before), name
    return model


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    tensors, about = {}, {"source": f"PyTorch {torch.__version__} CPU (data-scripts/record-torch-export.py)"}
    for case in sorted(os.listdir(sys.argv[1])):
        last = record(sys.argv[1], case, tensors, about)
    target = sys.argv[2] if len(sys.argv) == 3 else os.path.join(os.path.dirname(__file__), "..", "tests", "Reference", "torch-export.safetensors")
    last.write_safetensors(target, tensors, about)
    print(target, os.path.getsize(target), "bytes,", len(tensors), "tensors")
