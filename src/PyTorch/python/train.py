import argparse
import os

import numpy
import torch
from torch.nn.functional import softplus
from torch.nn.parallel import DistributedDataParallel

import model


def discriminator_loss(real, fake):
    if LOSS == "hinge":
        return (1 - real).relu().mean() + (1 + fake).relu().mean()
    if LOSS == "least-squares":
        return ((real - 1).square().mean() + fake.square().mean()) / 2
    if LOSS == "wasserstein":
        return fake.mean() - real.mean()
    return (softplus(-real) + (1 - REAL_TARGET) * real).mean() + softplus(fake).mean()


def generator_loss(fake):
    if LOSS == "least-squares":
        return (fake - 1).square().mean() / 2
    return softplus(-fake).mean() if LOSS == "cross-entropy" else -fake.mean()


def slopes(discriminator, images, labels):
    """The length of D's gradient at each image."""
    images = images.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(discriminator(images, *labels).sum(), images, create_graph=True)
    return gradient.flatten(1).norm(dim=1)


def penalty(discriminator, real, fake, labels):
    if PENALTY == "r1":
        return PENALTY_WEIGHT / 2 * slopes(discriminator, real, labels).square().mean()
    part = torch.rand(len(real), 1, 1, 1, device=real.device)
    return PENALTY_WEIGHT * (slopes(discriminator, real.lerp(fake, part), labels) - 1).square().mean()


def read_images(path):
    """[N, H, W] or [N, C, H, W], uint8 -> [N, C, H, W] in [-1, 1]."""
    images = torch.from_numpy(numpy.load(path))
    images = (images[:, None] if images.dim() == 3 else images).float() / 127.5 - 1
    if images.shape[1:] != model.IMAGE:
        raise SystemExit(f"{path}: the networks are for images of {model.IMAGE}, but these are {tuple(images.shape[1:])}.")
    return images


def read_labels(path):
    """[N], the data's own labels -> [N], classes from 0."""
    labels = torch.from_numpy(numpy.load(path)).long()
    known = torch.tensor(LABELS or range(model.CLASSES))
    if not torch.isin(labels, known).all():
        raise SystemExit(f"{path}: the networks know the labels {known.tolist()}, but there are others.")
    return torch.searchsorted(known, labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", help="a .npy file: uint8, [N, H, W] or [N, C, H, W]")
    parser.add_argument("labels", nargs="?", help="a .npy file of N whole numbers, for networks that know labels")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--out", default="trained.safetensors")
    options = parser.parse_args()
    if model.CLASSES > 0 and options.labels is None:
        parser.error("these networks learn labels: give their file, too")

    together = "WORLD_SIZE" in os.environ  # as torchrun says
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if torch.cuda.is_available() else torch.device("cpu")
    if together:
        torch.distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    rank, size = (torch.distributed.get_rank(), torch.distributed.get_world_size()) if together else (0, 1)
    torch.manual_seed(1 + rank)

    generator, discriminator = (network.to(device).train() for network in model.load(average=False))
    average = model.load(average=True)[0].to(device)
    # Each step's gradients are averaged over the processes. What needs no gradients of a network's weights goes past its wrapper.
    wrap = (lambda network: DistributedDataParallel(network, broadcast_buffers=False)) if together else (lambda network: network)
    learner, critic = wrap(generator), wrap(discriminator)
    of_generator = torch.optim.Adam(generator.parameters(), RATE, BETAS)
    of_discriminator = torch.optim.Adam(discriminator.parameters(), DISCRIMINATOR_RATE, BETAS)

    # The rates fall to 0 over these steps, as the recipe's fell over its own.
    schedules = [torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / options.steps)
                 for optimizer in (of_generator, of_discriminator) if DECAYS]

    images = read_images(options.images)
    numbers = read_labels(options.labels) if model.CLASSES > 0 else None
    for step in range(options.steps):
        chosen = torch.randint(len(images), (max(1, BATCH // size),))
        real, labels = images[chosen].to(device), () if numbers is None else (numbers[chosen].to(device),)
        z = torch.randn(len(real), model.LATENT, device=device)
        with torch.no_grad():
            fake = generator(z, *labels)
        loss = discriminator_loss(critic(real, *labels), critic(fake, *labels))
        if PENALTY is not None and step % PENALTY_INTERVAL == 0:
            loss = loss + PENALTY_INTERVAL * penalty(critic, real, fake, labels)
        of_discriminator.zero_grad()
        loss.backward()
        of_discriminator.step()

        if step % DISCRIMINATOR_STEPS == 0:
            z = torch.randn(len(real), model.LATENT, device=device)
            game = generator_loss(discriminator(learner(z, *labels), *labels))
            of_generator.zero_grad()
            game.backward()
            of_generator.step()
            with torch.no_grad():
                for mean, now in zip(average.state_dict().values(), generator.state_dict().values()):
                    mean.copy_(now if now.dtype == torch.long else mean.lerp(now, 1 - AVERAGE))
        for schedule in schedules:
            schedule.step()
        if rank == 0 and ((step + 1) % 100 == 0 or step + 1 == options.steps):
            print(f"step {step + 1}: D {loss.item():.3f}, G {game.item():.3f}", flush=True)

    if rank == 0:
        model.save(options.out, generator, discriminator, average if AVERAGE > 0 else None)
        print(f"Wrote {options.out}")
    if together:
        torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main()
