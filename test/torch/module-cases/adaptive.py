CASES = [
    ("AdaptiveLogSoftmaxWithLoss(8, 10, [3, 6])", "randn(5, 8), tensor([0, 2, 4, 7, 9])"),
    ("AdaptiveLogSoftmaxWithLoss(8, 10, [3, 6])", "randn(3, 8), tensor([0, 2, 1])"),
    ("AdaptiveLogSoftmaxWithLoss(8, 10, [3], div_value=2.0, head_bias=True)", "randn(8), tensor(7)"),
    ("AdaptiveLogSoftmaxWithLoss(8, 10, [3, 3])", None),
    ("AdaptiveLogSoftmaxWithLoss(8, 10, [3, 10])", None),
    ("AdaptiveLogSoftmaxWithLoss(8, 10, [3, 6])", "randn(3, 8), tensor([0, 12, 1])"),
    ("AdaptiveLogSoftmaxWithLoss(8, 10, [3, 6])", "randn(3, 8), tensor([0, 1])"),
    ("AdaptiveLogSoftmaxWithLoss(8, 10, [3, 6])", "randn(3, 8), tensor([[0, 1]])"),
    ("AdaptiveLogSoftmaxWithLoss(8, 10, [3, 6])", "randn(3, 8, 1), tensor([0, 1, 2])"),
]
