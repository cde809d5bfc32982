"""Trains MiniGan's preset dcgan in PyTorch, as anyone would write it, and writes samples: how good are the pictures of the same networks, trained elsewhere?

usage: python3 benchmarks/torch-dcgan-train.py --samples torch.idx3-ubyte [--average-samples average.idx3-ubyte] [--steps 3000] [--seed 1] [--data data/mnist]
       dotnet run -c Release --project src/Cli -- evaluate --samples torch.idx3-ubyte --data mnist

Needs torch with a fast BLAS (Debian: apt-get install --no-install-recommends python3-torch libopenblas0-pthread) and MNIST (dotnet run data-scripts/get-mnist.cs).
Networks, first weights, game, optimisers and batches are those of src/Framework/Models/Dcgan.cs, Training/GanTrainer.cs and Recipes/Presets.cs; only the random
numbers are PyTorch's. --average-samples also keeps the generator's moving average as MovingAverage.cs does, whose pictures MiniGan shows unless told otherwise.
"""
import argparse, copy, gzip, os, struct, sys, time, zlib
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads and OpenMP's fight over the cores: 1 is the faster setting here
import torch, torch.nn as nn, torch.nn.functional as F

WIDTH, LATENT, BATCH, RATE, BETAS, DECAY = 32, 32, 64, 2e-3, (0.5, 0.999), 0.999


def options():
    def number(text):
        if not text.isdecimal() or int(text) < 1:
            raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, but is '{text}'")
        return int(text)

    def file(text):
        if not os.path.isdir(os.path.dirname(text) or "."):  # told now rather than after the training
            raise argparse.ArgumentTypeError(f"there is no folder '{os.path.dirname(text)}' for it")
        return text

    parser = argparse.ArgumentParser(description="Train MiniGan's preset dcgan in PyTorch and write samples in MNIST's format.")
    parser.add_argument("--samples", type=file, metavar="FILE", required=True, help="where the pictures of the generator go, raw, in MNIST's format (IDX)")
    parser.add_argument("--average-samples", type=file, metavar="FILE", help=f"also keep the generator's moving average (decay {DECAY}), and write its pictures there")
    parser.add_argument("--count", type=number, default=10000, help="pictures [default: %(default)s]")
    parser.add_argument("--steps", type=number, default=3000, help="steps of training [default: %(default)s]")
    parser.add_argument("--seed", type=int, default=1, help="of weights, latents and the order of the images [default: %(default)s]")
    parser.add_argument("--threads", type=number, default=2, help="[default: %(default)s]")
    parser.add_argument("--data", metavar="DIR", default="data/mnist", help="folder of train-images-idx3-ubyte, plain or .gz [default: %(default)s]")
    return parser.parse_args()


def read_images(folder):
    """[N, 1, 28, 28] in [-1, 1]."""
    plain = os.path.join(folder, "train-images-idx3-ubyte")
    path = plain if os.path.exists(plain) else plain + ".gz"
    if not os.path.exists(path):
        print(f"torch-dcgan-train.py: there is no '{plain}', plain or .gz. Get it with 'dotnet run data-scripts/get-mnist.cs', or give --data.", file=sys.stderr)
        sys.exit(2)
    try:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            data = file.read()
    except (OSError, EOFError, zlib.error) as problem:
        print(f"torch-dcgan-train.py: '{path}' cannot be read: {problem}", file=sys.stderr)
        sys.exit(2)
    header, pixels, count = data[:16], data[16:], (len(data) - 16) // 784
    if count < BATCH or header != struct.pack(">4I", 0x803, count, 28, 28) or len(pixels) != count * 784:
        print(f"torch-dcgan-train.py: '{path}' is no file of at least {BATCH} images of 28x28 in MNIST's format.", file=sys.stderr)
        sys.exit(2)
    return torch.frombuffer(bytearray(pixels), dtype=torch.uint8).reshape(count, 1, 28, 28) / 127.5 - 1


def networks():
    w = WIDTH
    generator = nn.Sequential(
        nn.Linear(LATENT, 2 * w * 49, bias=False), nn.Unflatten(1, (2 * w, 7, 7)), nn.BatchNorm2d(2 * w), nn.ReLU(),
        nn.ConvTranspose2d(2 * w, w, 4, 2, 1, bias=False), nn.BatchNorm2d(w), nn.ReLU(),
        nn.ConvTranspose2d(w, 1, 4, 2, 1), nn.Tanh())
    discriminator = nn.Sequential(
        nn.Conv2d(1, w, 4, 2, 1), nn.LeakyReLU(0.2),
        nn.Conv2d(w, 2 * w, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * w), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(2 * w * 49, 1))
    for network in (generator, discriminator):
        for name, parameter in network.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            else:
                nn.init.normal_(parameter, 1.0 if parameter.dim() == 1 else 0.0, 0.02)
    return generator, discriminator


def batches(images):
    """All images in a random order, then in another; the last ones of an epoch that do not fill a batch are left out."""
    while True:
        order = torch.randperm(len(images))
        for indices in order[:len(images) // BATCH * BATCH].split(BATCH):
            yield images[indices]


@torch.no_grad()
def update(average, generator, step):
    """The moving average of all of the state; its decay is smaller at first, so that the first weights are soon forgotten."""
    rate = 1 - min(DECAY, (1 + step) / (10 + step))
    for old, new in zip(average.state_dict().values(), generator.state_dict().values()):
        if old.is_floating_point():
            old.lerp_(new, rate)


@torch.no_grad()
def write_samples(path, generator, count, seed):
    generator.eval()
    latents = torch.randn(count, LATENT, generator=torch.Generator().manual_seed(seed))
    pixels = torch.cat([((generator(z) + 1) * 127.5).round().clamp(0, 255).byte() for z in latents.split(250)])
    part = path + ".part"
    with open(part, "wb") as file:
        file.write(struct.pack(">4I", 0x803, count, 28, 28) + bytes(pixels.flatten().tolist()))
    os.replace(part, path)
    print(f"{count} samples: {path}")


def main():
    o = options()
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    images, (generator, discriminator) = read_images(o.data), networks()
    average = copy.deepcopy(generator) if o.average_samples else None
    of_generator, of_discriminator = (torch.optim.Adam(network.parameters(), RATE, BETAS) for network in (generator, discriminator))
    loss, one, zero = F.binary_cross_entropy_with_logits, torch.ones(BATCH, 1), torch.zeros(BATCH, 1)
    start = time.perf_counter()
    for step, real in zip(range(1, o.steps + 1), batches(images)):
        fake = generator(torch.randn(BATCH, LATENT))
        of_discriminator.zero_grad()
        discriminator_loss = loss(discriminator(real), one) + loss(discriminator(fake.detach()), zero)
        discriminator_loss.backward()
        of_discriminator.step()
        of_generator.zero_grad()
        generator_loss = loss(discriminator(fake), one)
        generator_loss.backward()
        of_generator.step()
        if average is not None:
            update(average, generator, step)
        if step == o.steps or step % max(1, o.steps // 10) == 0:
            print(f"step {step}/{o.steps}  loss D {discriminator_loss.item():.3f} G {generator_loss.item():.3f}  {time.perf_counter() - start:.1f} s", flush=True)
    seconds = time.perf_counter() - start
    print(f"{o.steps} steps in {seconds:.1f} seconds, {o.steps * BATCH / seconds:.0f} images/s (PyTorch {torch.__version__}, {o.threads} threads)")
    write_samples(o.samples, generator, o.count, o.seed)
    if average is not None:
        write_samples(o.average_samples, average, o.count, o.seed)


main()
