#!/usr/bin/env python3
"""Records what PyTorch's built-in layers compute, for tests/Reference.

usage: python3 data-scripts/record-torch-reference.py [FOLDER]      (default: tests/Reference)

Needs PyTorch for the CPU (recorded with 1.13.1, Debian's python3-torch). Run again it writes the same numbers; those of the .safetensors may differ in the last
place on another kind of processor, for which PyTorch's libraries choose other matrix products (git diff shows it: leave the recorded files then):
  torch-layers.json           conv2d and conv_transpose2d, forward and backward, over many settings. All operands are multiples of 1/8, so that float32
                              gives the exact result in any order of summation; the script checks that float32 and float64 agree to the last bit.
  torch-modules.safetensors   every other module, the loss and Adam, with inputs and results
  torch-gan.safetensors       20 steps of a GAN of width 8 from given weights, latents and batches: losses and final weights
  torch-training.safetensors  gradients of gradient penalties (double backward), steps of a network with spectral normalisation, RMSprop and SGD
  torch-state-dict.safetensors, torch-network.safetensors   the state_dict of a network of residual blocks, norms, attention and labels, and what it computes
The numbers come from xoshiro256**, written out below, not from PyTorch's generator, which may change between versions.
"""
import json, math, os, struct, sys
import torch, torch.nn as nn, torch.nn.functional as F

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "Reference")
MASK = (1 << 64) - 1


class Random:
    """xoshiro256** seeded by SplitMix64 (Blackman and Vigna)."""

    def __init__(self, seed):
        self.state = [seed]
        self.state = [self.splitmix() for _ in range(4)]

    def splitmix(self):
        self.state[0] = z = (self.state[0] + 0x9E3779B97F4A7C15) & MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def next(self):
        rotate = lambda x, k: ((x << k) | (x >> (64 - k))) & MASK
        s = self.state
        result, t = rotate((s[1] * 5) & MASK, 7) * 9 & MASK, (s[1] << 17) & MASK
        s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = rotate(s[3], 45)
        return result

    def below(self, n):
        return (self.next() >> 11) % n

    def grid(self, *shape):
        """Multiples of 1/8 from -2 to 2."""
        return torch.tensor([(self.below(33) - 16) / 8 for _ in range(math.prod(shape))], dtype=torch.float32).reshape(shape)

    def normal(self, *shape):
        """Standard normal: Box and Muller."""
        u = lambda: ((self.next() >> 11) + 1) / 2.0 ** 53
        return torch.tensor([math.sqrt(-2 * math.log(u())) * math.cos(2 * math.pi * u()) for _ in range(math.prod(shape))], dtype=torch.float32).reshape(shape)


random = Random(20240601)


def convolve(op, x, weight, bias, stride, padding, dilation, groups, output_padding):
    """The built-in op; four-sided padding by zeros around x, or by cutting from y, since PyTorch's own is symmetric."""
    top, left, bottom, right = padding
    if op == "conv2d":
        if (top, left) == (bottom, right):
            return F.conv2d(x, weight, bias, stride, (top, left), dilation, groups)
        return F.conv2d(F.pad(x, (left, right, top, bottom)), weight, bias, stride, 0, dilation, groups)
    if (top, left) == (bottom, right):
        return F.conv_transpose2d(x, weight, bias, stride, (top, left), output_padding, groups, dilation)
    y = F.conv_transpose2d(x, weight, bias, stride, 0, output_padding, groups, dilation)
    return y[:, :, top:y.shape[2] - bottom, left:y.shape[3] - right]


def tensor(t):
    return None if t is None else {"shape": list(t.shape), "data": [v if v != int(v) else int(v) for v in t.detach().reshape(-1).tolist()]}


def layer_case(op, channels, out_channels, size, kernel, stride=(1, 1), padding=(0, 0, 0, 0), dilation=(1, 1), groups=1, output_padding=(0, 0), batch=1, bias=True):
    weight_shape = (out_channels, channels // groups) if op == "conv2d" else (channels, out_channels // groups)
    x, weight = random.grid(batch, channels, *size), random.grid(*weight_shape, *kernel)
    b = random.grid(out_channels) if bias else None
    results = []
    for dtype in (torch.float32, torch.float64):
        operands = [t.to(dtype).requires_grad_() for t in (x, weight, b) if t is not None]
        y = convolve(op, operands[0], operands[1], operands[2] if bias else None, stride, padding, dilation, groups, output_padding)
        dy = dy if results else random.grid(*y.shape)
        results.append([y, *torch.autograd.grad(y, operands, dy.to(dtype))])
    for single, double in zip(*results):
        assert torch.equal(single.double(), double), "not exact in float32: use fewer channels"
    y, dx, dweight, *dbias = results[0]
    name = f"{op} {channels}->{out_channels} on {size[0]}x{size[1]}, kernel {kernel[0]}x{kernel[1]}, stride {stride[0]}x{stride[1]}, padding {','.join(map(str, padding))}"
    name += "" if dilation == (1, 1) else f", dilation {dilation[0]}x{dilation[1]}"
    name += "" if groups == 1 else f", groups {groups}"
    name += "" if output_padding == (0, 0) else f", output padding {output_padding[0]}x{output_padding[1]}"
    return {
        "name": name, "op": op, "stride": stride, "padding": padding, "dilation": dilation, "groups": groups, "output_padding": output_padding,
        "x": tensor(x), "weight": tensor(weight), "bias": tensor(b), "y": tensor(y), "dy": tensor(dy), "dx": tensor(dx), "dweight": tensor(dweight),
        "dbias": tensor(dbias[0]) if bias else None, "exact": True}


def layer_cases():
    ops = ("conv2d", "conv_transpose2d")
    for op in ops:
        small = (7, 8) if op == "conv2d" else (3, 4)
        for k in range(1, 6):
            for s in range(1, 4):
                p = (k - 1) // 2
                yield layer_case(op, 2, 3, small, (k, k), (s, s), (p, p, p, p), batch=2 if k == 3 else 1, bias=s != 2)
        yield layer_case(op, 2, 2, small, (2, 3), (2, 1))
        yield layer_case(op, 1, 3, small, (5, 2), (1, 3), (2, 0, 2, 0))
        yield layer_case(op, 3, 1, small, (1, 4), (3, 2), (0, 1, 0, 2))
        yield layer_case(op, 2, 2, small, (3, 4), (2, 2), (0, 2, 1, 1))
        yield layer_case(op, 2, 2, small, (4, 3), (1, 2), (3, 1, 0, 2))
        for d in ((2, 2), (1, 3), (3, 2)):
            yield layer_case(op, 2, 2, (9, 9) if op == "conv2d" else (3, 4), (3, 2), (1, 2), (1, 1, 1, 1), d)
        yield layer_case(op, 2, 2, (9, 9) if op == "conv2d" else (4, 3), (3, 3), (2, 2), (1, 0, 2, 1), (2, 2))
        yield layer_case(op, 4, 6, small, (3, 2), (2, 1), (1, 0, 1, 0), groups=2)
        yield layer_case(op, 6, 3, small, (2, 2), (1, 2), groups=3)
        yield layer_case(op, 4, 4, small, (3, 3), (2, 2), (1, 1, 1, 1), groups=4)
        yield layer_case(op, 3, 6, small, (2, 3), groups=3, bias=False)
        for channels, out_channels in ((1, 17), (17, 1), (16, 16), (33, 7), (9, 34)):
            yield layer_case(op, channels, out_channels, (4, 5) if op == "conv2d" else (2, 3), (3, 2), (2, 2), (1, 1, 1, 1), bias=channels != 16)
        yield layer_case(op, 3, 2, (14, 14) if op == "conv2d" else (7, 7), (4, 4), (2, 2), (1, 1, 1, 1), batch=2)
        yield layer_case(op, 2, 3, (1, 1), (1, 1))
        yield layer_case(op, 2, 3, (1, 6), (1, 3), (1, 2))
        yield layer_case(op, 1, 1, (4, 4) if op == "conv2d" else (2, 2), (3, 3), bias=False)
        yield layer_case(op, 2, 2, (1, 1), (3, 3), (1, 1), (1, 1, 1, 1), batch=3)
    for s, extra in (((2, 2), (1, 1)), ((3, 2), (2, 0)), ((2, 3), (0, 2))):
        yield layer_case("conv_transpose2d", 2, 3, (3, 4), (3, 2), s, (1, 0, 1, 0), output_padding=extra)
    yield layer_case("conv_transpose2d", 2, 2, (3, 3), (3, 3), (1, 1), (1, 1, 1, 1), (3, 2), output_padding=(2, 1))
    yield layer_case("conv_transpose2d", 4, 2, (3, 2), (4, 4), (3, 3), (1, 1, 1, 1), groups=2, output_padding=(1, 2))


def write_cases(name, cases):
    document = {"format": "minigan-conformance/1", "source": "PyTorch 1.13.1 CPU (data-scripts/record-torch-reference.py)"}
    with open(os.path.join(folder, name), "w", newline="\n") as file:
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
        file.write(json.dumps(document)[:-1] + ', "cases": [\n' + lines + "\n]}\n")


def write_safetensors(name, tensors, scalars=False):
    header, data = {}, b""
    for key, value in tensors.items():
        integer = isinstance(value, torch.Tensor) and not value.is_floating_point()
        t = torch.as_tensor(value, dtype=torch.int64 if integer else torch.float32).detach().contiguous()
        raw = struct.pack(f"<{t.numel()}{'q' if integer else 'f'}", *t.reshape(-1).tolist())
        shape = list(t.shape) if scalars or t.dim() else [1]
        header[key] = {"dtype": "I64" if integer else "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def record_modules():
    out = {}

    def record(name, module, x, calls=1):
        for key, value in module.state_dict().items():
            if value.is_floating_point():
                out[f"{name}/before/{key}"] = value.clone()
        for _ in range(calls):
            x = x.detach().requires_grad_()
            module.zero_grad()
            y = module(x)
            dy = random.normal(*y.shape)
            y.backward(dy)
        out.update({f"{name}/x": x, f"{name}/y": y, f"{name}/dy": dy, f"{name}/dx": x.grad})
        for key, value in module.named_parameters():
            out[f"{name}/gradient/{key}"] = value.grad.clone()
        for key, value in module.named_buffers():
            if value.is_floating_point():
                out[f"{name}/after/{key}"] = value.clone()

    def filled(module):
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.copy_(random.normal(*parameter.shape))
        return module

    record("linear", filled(nn.Linear(11, 7)), random.normal(5, 11))
    record("linear-without-bias", filled(nn.Linear(6, 35, bias=False)), random.normal(3, 6))
    training = filled(nn.BatchNorm2d(5))
    record("batch-norm-training", training, 3 + 2 * random.normal(4, 5, 3, 2), calls=2)
    record("batch-norm-inference", training.eval(), random.normal(3, 5, 2, 4))
    record("batch-norm-settings", filled(nn.BatchNorm2d(3, eps=1e-3, momentum=0.01)), random.normal(6, 3, 1, 2))
    record("relu", nn.ReLU(), random.normal(3, 2, 4, 5))
    record("leaky-relu", nn.LeakyReLU(0.2), random.normal(3, 2, 4, 5))
    record("tanh", nn.Tanh(), 2 * random.normal(3, 2, 4, 5))
    record("sigmoid", nn.Sigmoid(), 3 * random.normal(3, 2, 4, 5))
    record("flatten", nn.Flatten(), random.normal(2, 3, 4, 5))
    record("reshape", nn.Unflatten(1, (3, 4, 2)), random.normal(2, 24))

    for target in (0.0, 0.9, 1.0):
        z = (4 * random.normal(6, 1)).requires_grad_()
        loss = F.binary_cross_entropy_with_logits(z, torch.full_like(z, target))
        loss.backward()
        out.update({f"bce-{target}/logits": z, f"bce-{target}/loss": loss, f"bce-{target}/gradient": z.grad})

    for name, lr, betas in (("adam", 1e-3, (0.9, 0.999)), ("adam-gan", 2e-4, (0.5, 0.999))):
        parameter = nn.Parameter(random.normal(37))
        out[f"{name}/before"] = parameter.detach().clone()
        optimizer = torch.optim.Adam([parameter], lr, betas)
        for step in range(10):
            parameter.grad = random.normal(37)
            out[f"{name}/gradient/{step}"] = parameter.grad
            optimizer.step()
            out[f"{name}/after/{step}"] = parameter.detach().clone()
    write_safetensors("torch-modules.safetensors", out)


def record_gan(width=8, latent=32, batch=8, steps=20, lr=2e-4):
    w = width
    generator = nn.Sequential(
        nn.Linear(latent, 2 * w * 49, bias=False), nn.Unflatten(1, (2 * w, 7, 7)), nn.BatchNorm2d(2 * w), nn.ReLU(),
        nn.ConvTranspose2d(2 * w, w, 4, 2, 1, bias=False), nn.BatchNorm2d(w), nn.ReLU(), nn.ConvTranspose2d(w, 1, 4, 2, 1), nn.Tanh())
    discriminator = nn.Sequential(
        nn.Conv2d(1, w, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(w, 2 * w, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * w), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(2 * w * 49, 1))
    out = {}
    with torch.no_grad():
        for name, network in (("generator", generator), ("discriminator", discriminator)):
            for key, value in network.named_parameters():
                value.copy_((1 if value.dim() == 1 and key.endswith("weight") else 0) + 0.02 * random.normal(*value.shape))
                out[f"before/{name}.{key}"] = value.clone()
    latents, reals = random.normal(steps, batch, latent), torch.clamp(random.normal(steps, batch, 784) - 0.5, -1, 1)
    out.update({"latents": latents, "reals": reals})
    og, od = (torch.optim.Adam(m.parameters(), lr, (0.5, 0.999)) for m in (generator, discriminator))
    loss, one, zero, losses = F.binary_cross_entropy_with_logits, torch.ones(batch, 1), torch.zeros(batch, 1), []
    for z, real in zip(latents, reals):
        fake = generator(z)
        od.zero_grad()
        d = loss(discriminator(real.reshape(batch, 1, 28, 28)), one) + loss(discriminator(fake.detach()), zero)
        d.backward()
        od.step()
        og.zero_grad()
        g = loss(discriminator(fake), one)
        g.backward()
        og.step()
        losses.append([d.item(), g.item()])
    out["losses"] = torch.tensor(losses)
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        for key, value in network.state_dict().items():
            if value.is_floating_point():
                out[f"after/{name}.{key}"] = value
    write_safetensors("torch-gan.safetensors", out)


def record_training():
    out = {}

    def filled(network, scale):
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.copy_(scale * random.normal(*parameter.shape))
            for buffer in network.buffers():
                buffer.copy_(F.normalize(random.normal(*buffer.shape), dim=0))
        return network

    def record_state(prefix, network):
        for key, value in network.state_dict().items():
            out[f"{prefix}/{key}"] = value.clone()

    def discriminator(norm):
        return nn.Sequential(
            norm(nn.Conv2d(2, 5, (3, 2), (2, 1), 1)), nn.LeakyReLU(0.2), norm(nn.Conv2d(5, 4, (2, 3))), nn.LeakyReLU(0.1), nn.Flatten(), norm(nn.Linear(60, 1)))

    plain, spectral = lambda module: module, nn.utils.spectral_norm
    penalties = (("r1", lambda norms: 10 / 2 * (norms ** 2).mean()), ("wgan-gp", lambda norms: 10 * ((norms - 1) ** 2).mean()))
    for kind, norm in (("plain", plain), ("spectral", spectral)):
        for penalty, of in penalties:
            network, name = filled(discriminator(norm), 0.4), f"penalty-{penalty}-{kind}"
            record_state(f"{name}/before", network)
            network.eval()
            x = random.normal(3, 2, 7, 6).requires_grad_()
            g, = torch.autograd.grad(network(x).sum(), x, create_graph=True)
            value = of(g.flatten(1).norm(dim=1))
            out.update({f"{name}/x": x, f"{name}/gradient-of-x": g, f"{name}/penalty": value})
            keys, parameters = zip(*network.named_parameters())
            for key, gradient in zip(keys, torch.autograd.grad(value, parameters, allow_unused=True)):
                if gradient is not None:
                    out[f"{name}/gradient/{key}"] = gradient

    network = filled(discriminator(spectral), 0.4)
    record_state("spectral-norm/before", network)
    optimizer = torch.optim.SGD(network.parameters(), 0.05)
    for step in range(5):
        x = random.normal(3, 2, 7, 6).requires_grad_()
        network.zero_grad()
        y = network(x)
        dy = random.normal(*y.shape)
        y.backward(dy)
        out.update({f"spectral-norm/{step}/{key}": value for key, value in (("x", x), ("y", y), ("dy", dy), ("dx", x.grad))})
        for key, value in network.named_parameters():
            out[f"spectral-norm/{step}/gradient/{key}"] = value.grad.clone()
        optimizer.step()
        record_state(f"spectral-norm/{step}/after", network)
    network.eval()
    out["spectral-norm/y-in-inference"] = network(x)

    for name, make in (
            ("rmsprop", lambda p: torch.optim.RMSprop(p, 1e-2)), ("rmsprop-settings", lambda p: torch.optim.RMSprop(p, 5e-5, 0.9, 1e-6)),
            ("sgd", lambda p: torch.optim.SGD(p, 0.1)), ("sgd-momentum", lambda p: torch.optim.SGD(p, 0.1, 0.9))):
        parameter = nn.Parameter(random.normal(37))
        out[f"{name}/before"] = parameter.detach().clone()
        optimizer = make([parameter])
        for step in range(10):
            parameter.grad = random.normal(37)
            out[f"{name}/gradient/{step}"] = parameter.grad
            optimizer.step()
            out[f"{name}/after/{step}"] = parameter.detach().clone()
    write_safetensors("torch-training.safetensors", out)


class Residual(nn.Module):
    def __init__(self, main, shortcut):
        super().__init__()
        self.main, self.shortcut = main, shortcut

    def forward(self, x):
        return self.main(x) + self.shortcut(x)


class ConditionalBatchNorm2d(nn.Module):
    """As in mimicry."""

    def __init__(self, channels, classes):
        super().__init__()
        self.bn, self.embed = nn.BatchNorm2d(channels, affine=False), nn.Embedding(classes, 2 * channels)

    def forward(self, x):
        gamma, beta = self.embed(LABELS)[:, :, None, None].chunk(2, 1)
        return gamma * self.bn(x) + beta


class Attention(nn.Module):
    """As in BigGAN-PyTorch."""

    def __init__(self, channels):
        super().__init__()
        self.theta, self.phi = (nn.Conv2d(channels, channels // 8, 1, bias=False) for _ in range(2))
        self.g, self.o = nn.Conv2d(channels, channels // 2, 1, bias=False), nn.Conv2d(channels // 2, channels, 1, bias=False)
        self.gamma = nn.Parameter(torch.tensor(0.0))

    def forward(self, x):
        n, c, h, w = x.shape
        theta, phi, g = self.theta(x).flatten(2), F.max_pool2d(self.phi(x), 2).flatten(2), F.max_pool2d(self.g(x), 2).flatten(2)
        beta = torch.softmax(torch.bmm(theta.transpose(1, 2), phi), -1)
        return self.gamma * self.o(torch.bmm(g, beta.transpose(1, 2)).view(n, c // 2, h, w)) + x


class Projection(nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.linear, self.embedding = nn.Linear(features, 1), nn.Embedding(classes, features)

    def forward(self, x):
        return self.linear(x) + (self.embedding(LABELS) * x).sum(1, keepdim=True)


LABELS = torch.tensor([4, 0, 2, 2])


def record_network():
    random = Random(20261129)
    norm = nn.utils.spectral_norm
    network = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8, momentum=None), nn.PReLU(8),
        Residual(nn.Sequential(nn.GroupNorm(2, 8), nn.SiLU(), norm(nn.Conv2d(8, 8, 3, padding=1, bias=False))), nn.Conv2d(8, 8, 1, bias=False)),
        ConditionalBatchNorm2d(8, 5), Attention(8), nn.InstanceNorm2d(8, affine=True), nn.GELU(), nn.AvgPool2d(2), nn.LayerNorm([8, 3, 2]),
        nn.Flatten(), norm(nn.Linear(48, 6)), nn.ELU(), Projection(6, 5))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(0.3 + 0.5 * random.normal(*parameter.shape) if parameter.dim() else torch.tensor(0.75))
        for key, value in network.named_buffers():
            if key.endswith(("_u", "_v")):
                value.copy_(F.normalize(random.normal(*value.shape), dim=0))
    for _ in range(2):
        network(random.normal(4, 3, 6, 4))  # moves the statistics and counts
    write_safetensors("torch-state-dict.safetensors", network.state_dict(), scalars=True)
    x = random.normal(4, 3, 6, 4).requires_grad_()
    y = network(x)
    dy = random.normal(*y.shape)
    y.backward(dy)
    out = {"x": x, "y": y, "dy": dy, "dx": x.grad}
    out.update({f"gradient/{key}": value.grad for key, value in network.named_parameters()})
    out.update({f"after/{key}": value.float() for key, value in network.state_dict().items()})
    network.eval()
    out["y-in-inference"] = network(x)
    write_safetensors("torch-network.safetensors", out)


os.makedirs(folder, exist_ok=True)
write_cases("torch-layers.json", list(layer_cases()))
record_modules()
record_gan()
record_training()
record_network()
for name in ("torch-layers.json", "torch-modules.safetensors", "torch-gan.safetensors", "torch-training.safetensors", "torch-state-dict.safetensors",
             "torch-network.safetensors"):
    print(name, os.path.getsize(os.path.join(folder, name)), "bytes")
