/** All rules, by their codes. A rule is a file of its own here, a page in docs/rules and a folder in test/doctor/programs. */
import type { Rule } from '../rule.ts';
import { nonScalarBackward } from './bp001-non-scalar-backward.ts';
import { gradientArgument } from './bp002-gradient-argument.ts';
import { secondBackward } from './bp003-second-backward.ts';
import { changedInPlace } from './bp004-changed-in-place.ts';
import { leafInPlace } from './bp005-leaf-in-place.ts';
import { cutGraph } from './bp006-cut-graph.ts';
import { gradIsNone } from './bp007-grad-is-none.ts';
import { gradAccumulated } from './bp008-grad-accumulated.ts';
import { optimizerUse } from './bp009-optimizer.ts';
import { notFinite } from './bp010-not-finite.ts';
import { broadcastLoss } from './bp013-broadcast-loss.ts';
import { lossInput } from './bp014-loss-input.ts';
import { attributes } from './bp015-attributes.ts';
import { keptGraph } from './bp016-kept-graph.ts';
import { doesNothing } from './bp017-does-nothing.ts';

export const RULES: readonly Rule[] = [
  nonScalarBackward,
  gradientArgument,
  secondBackward,
  changedInPlace,
  leafInPlace,
  cutGraph,
  gradIsNone,
  gradAccumulated,
  optimizerUse,
  notFinite,
  broadcastLoss,
  lossInput,
  attributes,
  keptGraph,
  doesNothing,
];
