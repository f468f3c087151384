import type { Trace } from '../trace/model.ts';
import type { Finding } from './finding.ts';
import type { Failure } from './support/failure.ts';
import type { Texts } from './support/texts.ts';

/** What a rule looks at. */
export interface Subject {
  readonly trace: Trace;
  /** The program's text, for names of what has none and for fixes. Without it a rule says less, not something else. */
  readonly texts: Texts;
  /** How the program failed, if it did. */
  readonly failure: Failure | null;
}

/** What a rule found; its code is added by `diagnose`. */
export type Complaint = Omit<Finding, 'code' | 'fixes' | 'explainsError'> &
  Partial<Pick<Finding, 'fixes' | 'explainsError'>>;

export interface Rule {
  readonly code: string;
  /** A few words that name the mistake, as the title of its page in `docs/rules`. */
  readonly title: string;
  readonly check: (subject: Subject) => readonly Complaint[];
}
