/** All rules, by their codes. A rule is a file of its own here, a page in docs/rules and a folder in test/doctor/programs. */
import type { Rule } from '../rule.ts';
import { nonScalarBackward } from './bp001-non-scalar-backward.ts';
import { secondBackward } from './bp003-second-backward.ts';
import { cutGraph } from './bp006-cut-graph.ts';
import { notFinite } from './bp010-not-finite.ts';
import { attributes } from './bp015-attributes.ts';

export const RULES: readonly Rule[] = [nonScalarBackward, secondBackward, cutGraph, notFinite, attributes];
