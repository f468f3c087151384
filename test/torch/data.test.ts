/** Data: what each dataset, sampler and loader gives, in PyTorch's order for the same seed. */
import { attempts, describePrograms } from './both-sides.ts';

const COMMON = `
import collections, random
from torch.utils import data as D
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset
torch.manual_seed(3)
random.seed(3)
x = torch.arange(20.0).reshape(10, 2)
y = torch.arange(10)
T = TensorDataset(x, y)
class Squares(Dataset):
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
    def __getitem__(self, i): return {"i": i, "square": float(i * i), "name": f"n{i}", "pair": (i, [i + 0.5, torch.tensor(i)])}
class Noisy(Squares):
    def __getitem__(self, i): return torch.rand(2) + i, random.random(), D.get_worker_info() is None
class Stream(IterableDataset):
    def __init__(self, n): self.n = n
    def __iter__(self):
        info = D.get_worker_info()
        return iter(range(self.n)) if info is None else iter(range(info.id, self.n, info.num_workers))
class Sized(Stream):
    def __len__(self): return self.n - 2
    def __repr__(self): return "Sized()"
class Raw(Squares):
    def __getitem__(self, i): return i
    def __getitems__(self, indices): return [torch.tensor(i * 10) for i in indices]
Point = collections.namedtuple("Point", "x y")
def g(): return torch.Generator().manual_seed(7)
def init(i): torch.manual_seed(D.get_worker_info().id + i)
def epochs(loader, n=2):
    for _ in range(n):
        for batch in loader: print(batch)
    return torch.rand(1)
def total(loader): return [len(b) if isinstance(b, list) else b for b in loader]
`;

const GIVEN = `
len(T), T[3], T[-1], T[2:4]
(len(T + T), (T + T)[13], (T + T)[-1])
(T + T)[-21]
len(Stream(3) + Stream(4)), list(Stream(3) + Stream(4))
len(D.ChainDataset([Sized(5), Sized(6)]))
D.ConcatDataset([])
D.ConcatDataset([Stream(2)])
list(D.ChainDataset([T]))
D.Subset(T, [4, 2])[1], len(D.Subset(T, [4, 2])), D.Subset(T, [4, 2])[[0, 1]]
TensorDataset(x, y[:3])
Dataset()[0]
list(IterableDataset())
[s.indices for s in D.random_split(T, [7, 3])]
[s.indices for s in D.random_split(T, [7, 3], generator=g())]
[s.indices for s in D.random_split(T, [0.5, 0.25, 0.25])]
[s.indices for s in D.random_split(T, [0.99, 0.01])]
D.random_split(T, [1, 2])
D.random_split(T, [1.5, -0.5])
list(D.SequentialSampler(T)), len(D.SequentialSampler(T))
list(D.RandomSampler(T))
list(D.RandomSampler(T, generator=g()))
list(D.RandomSampler(T, num_samples=23))
list(D.RandomSampler(T, True, 70))
list(D.RandomSampler(T, replacement=True, num_samples=64, generator=g()))
D.RandomSampler(T, replacement=1)
D.RandomSampler(T, num_samples=0)
D.RandomSampler([])
list(D.SubsetRandomSampler([5, 3, 8])), len(D.SubsetRandomSampler([5, 3, 8], generator=g()))
list(D.WeightedRandomSampler([0.1, 0.7, 0.2], 10))
list(D.WeightedRandomSampler([0.1, 0.7, 0.2], 3, replacement=False, generator=g()))
D.WeightedRandomSampler([0.1], True)
D.WeightedRandomSampler([[0.1]], 1)
D.WeightedRandomSampler([0.1], 1, replacement=2)
list(D.BatchSampler(D.SequentialSampler(T), 4, False)), len(D.BatchSampler(range(10), 4, False))
list(D.BatchSampler(D.SequentialSampler(T), 4, True)), len(D.BatchSampler(range(10), 4, True))
D.BatchSampler(T, 0, False)
D.BatchSampler(T, 2, 1)
epochs(DataLoader(T))
epochs(DataLoader(T, batch_size=4, shuffle=True))
epochs(DataLoader(T, 4, True, generator=g(), drop_last=True))
epochs(DataLoader(T, 3, sampler=D.WeightedRandomSampler(torch.ones(10), 5)))
epochs(DataLoader(T, batch_sampler=[[1, 2], [0]]))
epochs(DataLoader(T, batch_size=None), 1)
epochs(DataLoader(T, batch_size=None, shuffle=True, collate_fn=lambda d: d[1]), 1)
epochs(DataLoader(Squares(5), 2))
epochs(DataLoader(Squares(3), None), 1)
epochs(DataLoader(Noisy(5), 2))
epochs(DataLoader(Raw(5), 2))
epochs(DataLoader([(1, 2.0), (3, 4.0), (5, 6.0)], 2))
epochs(DataLoader([Point(1, 2.0), Point(3, 4.0)], 2, collate_fn=None))
epochs(DataLoader(["a", "b", "c"], 2))
epochs(DataLoader([True, False], 2))
epochs(DataLoader([{"a": torch.ones(2)}, {"a": torch.zeros(2)}], 2))
epochs(DataLoader([object(), 1], 1), 1)
epochs(DataLoader([[1, 2], [3]], 2), 1)
epochs(DataLoader([torch.ones(2), torch.ones(3)], 2), 1)
epochs(DataLoader(Stream(5), 2))
epochs(DataLoader(Stream(5), 2, drop_last=True))
epochs(DataLoader(Stream(3), None))
len(DataLoader(T, 3)), len(DataLoader(T, 3, drop_last=True)), len(DataLoader(Sized(7), 2)), len(DataLoader(Sized(7), None))
len(DataLoader(Stream(7), 2))
(lambda l: (len(l), total(l)))(DataLoader(Sized(5), 1))
len(iter(DataLoader(T, 3)))
DataLoader(T, num_workers=-1)
DataLoader(T, timeout=-1)
DataLoader(T, prefetch_factor=3)
DataLoader(T, persistent_workers=True)
DataLoader(Stream(3), shuffle=True)
DataLoader(Stream(3), sampler=[0])
DataLoader(Stream(3), batch_sampler=[[0]])
DataLoader(T, shuffle=True, sampler=[0])
DataLoader(T, 2, batch_sampler=[[0]])
DataLoader(T, None, drop_last=True)
DataLoader(T, 0)
DataLoader([], shuffle=True)
epochs(DataLoader([]))
setattr(DataLoader(T), "batch_size", 3)
type(DataLoader(T).sampler).__name__, type(DataLoader(T, shuffle=True).batch_sampler).__name__
D.default_collate([1, 2]), D.default_convert((1, [2, "a"], {"b": torch.ones(1)}))
D.get_worker_info()
DataLoader.__module__, TensorDataset.__module__, D.RandomSampler.__module__, Dataset[int]
torch.utils.data.dataloader.default_collate([1.5])
`;

const WITH_WORKERS = `
epochs(DataLoader(Noisy(7), 2, num_workers=2))
epochs(DataLoader(T, 3, shuffle=True, num_workers=2))
epochs(DataLoader(Noisy(6), 2, num_workers=2, worker_init_fn=init))
epochs(DataLoader(Noisy(5), 2, shuffle=True, num_workers=1, generator=g()))
epochs(DataLoader(Stream(9), 2, num_workers=2))
epochs(DataLoader(Stream(5), None, num_workers=2))
`;

describePrograms('data', [
  ['are given as PyTorch gives them', COMMON + attempts(GIVEN)],
  ['come from workers as from processes', COMMON + attempts(WITH_WORKERS)],
]);
