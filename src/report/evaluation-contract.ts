// What is reported of a judged model: the evaluation itself, and what its rows are.

import type { AuditReport } from "../dataset/audit/contract.ts";
import type { ReadFacts } from "../dataset/row-reader.ts";
import type { LeftOutClass } from "../evaluate/attack.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";

export interface EvaluationReport extends Evaluation {
  /** Model file, as it was named. */
  file: string;
  /** Names of the rows, as they were given. */
  rows: string[];
  /** Classes of the rows that the model does not know. */
  unknownClasses: string[];
  /** The rows that it was trained on, where they are known. */
  training?: { names: string[]; rows: number };
  leftOut?: LeftOutClass[];
  /** Absent where none was asked for, or none could be made; see the remarks. */
  audit?: AuditReport;
  /** What a reader must know of these figures: what could not be done, and how it could. */
  remarks: string[];
  source: ReadFacts;
}
