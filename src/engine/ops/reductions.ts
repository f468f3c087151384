/** The families that look at many elements for each of their results. */
import './reduction.ts';
import './product.ts';
import './cumulative.ts';
import './softmax.ts';
import './log-sums.ts';
import './nan-sums.ts';
import './extremum.ts';
import './selection.ts';
import './sorting.ts';
import './variance.ts';
import './norm.ts';
import './truth.ts';
