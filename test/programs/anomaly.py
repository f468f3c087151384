# Anomaly mode: NaN gradients are errors, and the warning shows the line of the forward.
import warnings

import torch

x = torch.tensor([-1.0, 4.0], requires_grad=True)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    with torch.autograd.detect_anomaly():
        print(torch.is_anomaly_enabled())
        y = x.sqrt()
        try:
            y.sum().backward()
        except RuntimeError as error:
            print(error)
    print(torch.is_anomaly_enabled())
for warning in caught:
    text = str(warning.message).split(" (Triggered")[0]
    print(warning.category.__name__, text.splitlines()[0], "y = x.sqrt()" in text)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    z = (x * x).exp()
    with torch.autograd.set_detect_anomaly(True):
        z.sum().backward(retain_graph=True)
        z.detach().mul_(2)
        try:
            z.sum().backward()
        except RuntimeError as error:
            print(error)
for warning in caught:
    print(str(warning.message).split(" (Triggered")[0])
torch.autograd.set_detect_anomaly(True, check_nan=False)
print(torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled())
x.grad = None
x.sqrt().sum().backward()
print(x.grad)
torch.autograd.set_detect_anomaly(False)
