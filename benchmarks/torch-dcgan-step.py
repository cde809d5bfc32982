"""One DCGAN training step in PyTorch: the baseline that MiniGan's step is measured against, in the same run.

usage: python3 torch-dcgan-step.py [--width 64] [--batch 64] [--threads 2] [--steps 30] [--kernels tuned|stock] [--layers]
Needs torch with a fast BLAS (Debian: apt-get install --no-install-recommends python3-torch libopenblas0-pthread). Prints one JSON object a line.

The step: z ~ N(0,1)^100 -> G; one Adam step of D on BCE-with-logits of (real, 1) and (fake, 0); one Adam step of G on (fake, 1).
G: Linear(100 -> 2w*7*7, no bias), BN, ReLU, ConvT(2w -> w, 4x4, s2, p1, no bias), BN, ReLU, ConvT(w -> 1, 4x4, s2, p1), tanh.
D: Conv(1 -> w, 4x4, s2, p1), LeakyReLU .2, Conv(w -> 2w, 4x4, s2, p1, no bias), BN, LeakyReLU .2, flatten, Linear(2w*49 -> 1).
stock = torch.nn as written by anyone. tuned = transposed convolutions put on oneDNN's convolution kernels (libtorch 1.13's own go through
GEMM + col2im; libtorch 2 uses oneDNN), in-place activations, no weight gradients of D in G's step: the fastest honest PyTorch found.
"""
import argparse, json, os, time
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads and OpenMP's fight over the cores: 1 is the faster setting here
import torch, torch.nn as nn, torch.nn.functional as F

blas = [line.split()[-1] for line in open("/proc/self/maps") if "blas" in line] if os.path.exists("/proc/self/maps") else []
if blas and not any("openblas" in path or "mkl" in path for path in blas):
    raise SystemExit(f"torch runs on {blas[0]}, the slow reference BLAS: compare with that and you compare with nothing. Install libopenblas0-pthread.")

a = argparse.ArgumentParser()
a.add_argument("--width", type=int, default=64)
a.add_argument("--batch", type=int, default=64)
a.add_argument("--threads", type=int, default=2)
a.add_argument("--steps", type=int, default=30)
a.add_argument("--kernels", choices=["tuned", "stock"], default="tuned")
a.add_argument("--layers", action="store_true", help="time single layers instead of the step")
o = a.parse_args()
torch.set_num_threads(o.threads)
torch.manual_seed(0)
tuned, w, B = o.kernels == "tuned", o.width, o.batch
back = torch.ops.aten.convolution_backward


class OnednnConvT(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k, s, p):
        ctx.save_for_backward(x, k)
        ctx.sp = s, p
        h = (x.shape[2] - 1) * s - 2 * p + k.shape[2]
        image = torch.empty(x.shape[0], k.shape[1], h, h)
        return back(x, image, k, None, [s, s], [p, p], [1, 1], False, [0, 0], 1, [True, False, False])[0]

    @staticmethod
    def backward(ctx, dy):
        x, k = ctx.saved_tensors
        s, p = ctx.sp
        dy = dy.contiguous()
        dk = back(x, dy, k, None, [s, s], [p, p], [1, 1], False, [0, 0], 1, [False, True, False])[1]
        return F.conv2d(dy, k, None, s, p), dk, None, None


class ConvT(nn.Module):
    def __init__(self, i, j, bias):
        super().__init__()
        self.k = nn.Parameter(torch.randn(i, j, 4, 4) * .02)
        self.b = nn.Parameter(torch.zeros(j)) if bias else None

    def forward(self, x):
        y = OnednnConvT.apply(x, self.k, 2, 1)
        return y if self.b is None else y + self.b.view(1, -1, 1, 1)


convt = (lambda i, j, bias: ConvT(i, j, bias)) if tuned else (lambda i, j, bias: nn.ConvTranspose2d(i, j, 4, 2, 1, bias=bias))


class G(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc, self.b0 = nn.Linear(100, 2 * w * 49, bias=False), nn.BatchNorm2d(2 * w)
        self.c1, self.b1, self.c2 = convt(2 * w, w, False), nn.BatchNorm2d(w), convt(w, 1, True)

    def forward(self, z):
        x = F.relu(self.b0(self.fc(z).view(-1, 2 * w, 7, 7)), inplace=tuned)
        return torch.tanh(self.c2(F.relu(self.b1(self.c1(x)), inplace=tuned)))


class D(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(1, w, 4, 2, 1), nn.Conv2d(w, 2 * w, 4, 2, 1, bias=False)
        self.b2, self.fc = nn.BatchNorm2d(2 * w), nn.Linear(2 * w * 49, 1)

    def forward(self, x):
        x = F.leaky_relu(self.c1(x), .2, inplace=tuned)
        return self.fc(F.leaky_relu(self.b2(self.c2(x)), .2, inplace=tuned).flatten(1))


def median_ms(f, n):
    for _ in range(5):
        f()
    t = []
    for _ in range(n):
        s = time.perf_counter()
        f()
        t.append(time.perf_counter() - s)
    return sorted(t)[n // 2] * 1e3


base = {"engine": "pytorch", "version": torch.__version__, "kernels": o.kernels, "width": w, "batch": B, "threads": o.threads}
if o.layers:
    for ci, co, h in ((w, 2 * w, 14), (1, w, 28)):
        conv = nn.Conv2d(ci, co, 4, 2, 1, bias=False)
        x, dy = torch.randn(B, ci, h, h, requires_grad=True), torch.randn(B, co, h // 2, h // 2)
        t = convt(co, ci, False)
        k = next(t.parameters())
        xt, dyt = torch.randn(B, co, h // 2, h // 2, requires_grad=True), torch.randn(B, ci, h, h)
        flop = 2 * B * ci * co * 16 * (h // 2) ** 2
        for name, f, fl in ((f"conv {ci}->{co} @{h} forward", lambda: conv(x), flop),
                            (f"conv {ci}->{co} @{h} forward+backward", lambda: torch.autograd.grad(conv(x), (x, conv.weight), dy), 3 * flop),
                            (f"convT {co}->{ci} @{h//2} forward", lambda: t(xt), flop),
                            (f"convT {co}->{ci} @{h//2} forward+backward", lambda: torch.autograd.grad(t(xt), (xt, k), dyt), 3 * flop)):
            ms = median_ms(f, o.steps)
            print(json.dumps({**base, "layer": name, "ms": round(ms, 3), "gflops": round(fl / ms / 1e6, 1)}))
else:
    g, d = G(), D()
    og, od = (torch.optim.Adam(m.parameters(), 2e-4, (.5, .999)) for m in (g, d))
    bce, one, zero = F.binary_cross_entropy_with_logits, torch.ones(B, 1), torch.zeros(B, 1)
    x = torch.rand(B, 1, 28, 28) * 2 - 1

    def step():
        fake = g(torch.randn(B, 100))
        od.zero_grad(set_to_none=True)
        (bce(d(x), one) + bce(d(fake.detach()), zero)).backward()
        od.step()
        og.zero_grad(set_to_none=True)
        if tuned:
            d.requires_grad_(False)
        bce(d(fake), one).backward()
        og.step()
        if tuned:
            d.requires_grad_(True)

    ms = median_ms(step, o.steps)
    print(json.dumps({**base, "step_ms": round(ms, 2), "images_per_s": round(B / ms * 1e3)}))
