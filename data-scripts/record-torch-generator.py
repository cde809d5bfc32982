#!/usr/bin/env python3
"""Records what PyTorch makes of a MiniGan checkpoint, for tests/Reference.

usage: python3 data-scripts/record-torch-generator.py CHECKPOINT NAME [FOLDER]      (default: tests/Reference)

Needs PyTorch for the CPU (recorded with 1.13, Debian's python3-torch). Of a checkpoint of a preset with DCGAN's networks it writes
  NAME-checkpoint.safetensors   the checkpoint, its generator put back by PyTorch, and without what a trainer needs to go on
  torch-NAME.safetensors        latents, labels, and the images that PyTorch's networks make of them: those of the moving average, and of the last step
The recorded ones are of tiny runs:
  minigan train --preset conditional --width 4 --latent-size 8 --discriminator-hidden 8 --steps 30   as NAME conditional
  minigan train --preset dcgan --width 3 --latent-size 6 --steps 30                                  as NAME dcgan
docs/pytorch.md quotes the functions, as they stand: a test compares.
"""
import random, sys  # the script's own; the quoted part begins below

import json
import os
import struct
import torch
from torch import nn


def read_safetensors(path):
    """The tensors of a file by their names, and its metadata."""
    try:
        from safetensors import safe_open
    except ImportError:  # Then by hand: the header's length in eight bytes, the header as JSON, and float32 in row-major order, all little-endian.
        with open(path, "rb") as file:
            header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
            data = bytearray(file.read())
        metadata, tensors = header.pop("__metadata__", {}), {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            tensors[name] = torch.frombuffer(data[begin:end], dtype=torch.float32).reshape(entry["shape"])
        return tensors, metadata
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()


class ConcatOneHot(nn.Module):
    """(z, labels) -> [z, one-hot label]."""

    def __init__(self, classes):
        super().__init__()
        self.classes = classes

    def forward(self, pair):
        z, labels = pair
        return torch.cat([z, nn.functional.one_hot(labels, self.classes).to(z.dtype)], 1)


def prefix_of(tensors, average):
    """What the names of the wanted generator begin with: the moving average's, if there is one and it is wanted."""
    return "average_generator." if average and any(name.startswith("average_generator.") for name in tensors) else "generator."


def load_generator(path, average=True):
    """The generator of a checkpoint, in eval mode, and the recipe: its moving average, if it has one and that is wanted, is the better one."""
    tensors, metadata = read_safetensors(path)
    recipe = json.loads(metadata.get("recipe") or metadata["configuration"])  # as earlier versions called it
    if recipe["preset"] in ("tf-tutorial", "residual") or recipe.get("conditionalNormalization"):
        raise ValueError("These are other networks, of TensorFlow's tutorial, of residual blocks or with a norm per label: see the table in docs/pytorch.md.")
    w, latent, classes = recipe["width"], recipe["latentSize"], recipe["classes"]
    image = recipe.get("image", {"channels": 1, "height": 28, "width": 28})
    sizes = [(image["height"], image["width"])]  # of the image, half of it, ..., down to 4 to 7 pixels
    while min(sizes[-1]) >= 8:
        sizes.append((sizes[-1][0] // 2, sizes[-1][1] // 2))
    last = len(sizes) - 1

    def maps(level):
        return w * 2 ** min(level - 1, 3)

    def up(level, channels, bias):
        """From the level below to this one."""
        (h, v), (small_h, small_v) = sizes[level], sizes[level + 1]
        if recipe.get("upsampling") == "nearest":
            return nn.Upsample(size=(h, v)), nn.Conv2d(maps(level + 1), channels, kernel_size=3, padding=1, bias=bias)
        rest = (h - 2 * small_h, v - 2 * small_v)
        return nn.ConvTranspose2d(maps(level + 1), channels, kernel_size=4, stride=2, padding=1, output_padding=rest, bias=bias),

    generator = nn.Sequential(
        *([ConcatOneHot(classes)] if classes > 0 else []),  # then the others have an index one higher
        nn.Linear(latent + classes, maps(last) * sizes[last][0] * sizes[last][1], bias=False),
        nn.Unflatten(1, (maps(last), *sizes[last])),
        nn.BatchNorm2d(maps(last)),
        nn.ReLU(),
        *(module for level in range(last - 1, 0, -1)
          for module in (*up(level, maps(level), bias=False), nn.BatchNorm2d(maps(level)), nn.ReLU())),
        *(module for _ in range(recipe.get("generatorConvolutions", 0))
          for module in (nn.Conv2d(w, w, kernel_size=3, padding=1, bias=False), nn.BatchNorm2d(w), nn.ReLU())),
        *up(0, image["channels"], bias=True),
        nn.Tanh())
    prefix = prefix_of(tensors, average)
    generator.load_state_dict({name[len(prefix):]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}, strict=True)
    return generator.eval(), recipe


@torch.no_grad()
def make_images(generator, z, labels=None):
    """z: [N, latent] and N labels, if the networks know any -> [N, C, H, W] in [-1, 1]."""
    return generator(z if labels is None else (z, labels))


def write_safetensors(path, tensors, metadata):
    """Float32 in row-major order behind a header of JSON."""
    header, end = {"__metadata__": metadata}, 0
    for name, tensor in tensors.items():
        begin, end = end, end + 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path + ".part", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(tensor.detach().cpu().float().contiguous().numpy().astype("<f4").tobytes())
    os.replace(path + ".part", path)


def save_generator(generator, checkpoint, path, average=True):
    """Writes the checkpoint with this generator in it (as the moving average, if it has one), and without what a trainer needs to go on."""
    tensors, metadata = read_safetensors(checkpoint)
    prefix = prefix_of(tensors, average)
    for name, tensor in generator.state_dict().items():
        if prefix + name in tensors:  # all but num_batches_tracked, which MiniGan has no use for
            tensors[prefix + name] = tensor
    write_safetensors(
        path,
        {name: tensor for name, tensor in tensors.items() if not name.startswith("trainer.")},
        {name: value for name, value in metadata.items() if name not in ("trainer", "minigan.checksum")})


def record(checkpoint, name, folder, count=3):
    numbers = random.Random(1)
    _, recipe = load_generator(checkpoint)
    z = torch.tensor([[numbers.gauss(0, 1) for _ in range(recipe["latentSize"])] for _ in range(count)])
    labels = torch.tensor([numbers.randrange(recipe["classes"]) for _ in range(count)]) if recipe["classes"] > 0 else None
    out = {"z": z} if labels is None else {"z": z, "labels": labels}
    copy = os.path.join(folder, f"{name}-checkpoint.safetensors")
    save_generator(load_generator(checkpoint)[0], checkpoint, copy)
    for key, average in (("average", True), ("last", False)):
        out[key] = make_images(load_generator(copy, average)[0], z, labels)
    recording = os.path.join(folder, f"torch-{name}.safetensors")
    write_safetensors(recording, out, {"source": f"PyTorch {torch.__version__} CPU (data-scripts/record-torch-generator.py)"})
    for path in (copy, recording):
        print(path, os.path.getsize(path), "bytes")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    torch.set_num_threads(1)
    record(*sys.argv[1:3], sys.argv[3] if len(sys.argv) == 4 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "Reference"))
