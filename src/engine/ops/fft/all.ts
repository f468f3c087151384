/** Fourier transforms: `torch.fft`. */
import './primitives.ts';
import './one-dimension.ts';
import './many-dimensions.ts';
import './stft.ts';
