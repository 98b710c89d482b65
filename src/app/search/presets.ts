// The classic recipes of the public data sets, as a table: which classes, which learners, which steps.
//
// Each says what the published work did and what its score is worth. What the user names comes before what a recipe says.

import { OrbweaverError } from "../../base/errors.ts";
import type { ClassRule } from "./relabel.ts";

export interface Preset {
  id: string;
  /** The data set that it is about. */
  data: string;
  /** What is done, in one sentence. */
  title: string;
  /** What the score is worth. */
  remark: string;
  /** Names of the class column, as published and as imported. */
  label: readonly string[];
  labelMap?: "kdd5";
  /** Labels to classes; rows of other labels are left out. */
  classes?: readonly ClassRule[];
  exclude?: readonly string[];
  learners: readonly string[];
  set?: readonly string[];
  select?: string;
  cv?: number;
  holdout?: number;
  metric: string;
}

export const PRESETS: readonly Preset[] = [
  {
    id: "kdd5",
    data: "KDD Cup 1999, NSL-KDD",
    title: "five groups of attacks by a tree, a linear SVM and a network",
    remark:
      "A random split of KDD99 is judged on repeats of training rows, and its official test has 17 attacks that training lacks: judge the model on `corrected` or KDDTest+, where the same model scores far lower.",
    label: ["label"],
    labelMap: "kdd5",
    learners: ["tree", "svm", "mlp"],
    cv: 5,
    metric: "macroF1",
  },
  {
    id: "cic-bot",
    data: "CSE-CIC-IDS2018, CIC-IDS2017",
    title:
      "bots or benign: columns without those that repeat others, the ten best by ANOVA, scaled, a network",
    remark:
      "One bot of one testbed: the destination port and a few lengths tell it, and another bot will have others. Columns are chosen within each fold; chosen before the split they would flatter the score.",
    label: ["label"],
    classes: [
      { pattern: /^benign$/i, name: "Benign" },
      { pattern: /^bot(net\b.*)?$/i, name: "Bot" },
    ],
    learners: ["mlp"],
    select: "variance:0,correlation:0.95,anova:10",
    cv: 5,
    metric: "macroF1",
  },
  {
    id: "apa",
    data: "APA-DDoS",
    title: "three classes by six classifiers: tree, forest, naive Bayes, nearest neighbours, SVM, network",
    remark:
      "The classes are told by two flags (ip.flags.df and tcp.flags.push), which the tool that made the attack set: any learner is right, and none has learnt what an attack is.",
    label: ["label"],
    learners: ["tree", "forest", "bayes", "neighbours", "svm", "mlp"],
    cv: 5,
    metric: "macroF1",
  },
  {
    id: "antinex",
    data: "AntiNex, labelled packets of web applications",
    title: "attack or not by the published network: 200 neurons, 15 epochs, batches of 32, a fifth held out",
    remark:
      "The published model also saw `idx`, the number of the row, which tells the class; it is left out here. Attacks and other packets come from different recordings, so ports and checksums tell the recording.",
    label: ["label_name", "label"],
    exclude: ["idx"],
    learners: ["mlp"],
    set: ["layers=200", "epochs=15", "batchSize=32", "initialisation=uniform", "earlyStopping=0"],
    holdout: 0.2,
    metric: "macroF1",
  },
];

/** Throws `parameter-invalid` when there is none. */
export function presetById(id: string): Preset {
  const found = PRESETS.find((preset) => preset.id === id);
  if (found !== undefined) return found;
  const known = PRESETS.map((preset) => preset.id).join(", ");
  throw new OrbweaverError("parameter-invalid", `there is no preset '${id}'; there are ${known}`, {
    hint: "Run `orbweaver train --presets` to see what they do.",
  });
}
