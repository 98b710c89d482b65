// Who warned of what an audit finds. A table; findings name its entries.

// biome-ignore format: a table
export const PAPERS = {
  "wilson-1927": "E. B. Wilson: Probable Inference, the Law of Succession, and Statistical Inference. Journal of the American Statistical Association 22(158), 1927",
  "mchugh-2000": "J. McHugh: Testing Intrusion Detection Systems: A Critique of the 1998 and 1999 DARPA Intrusion Detection System Evaluations as Performed by Lincoln Laboratory. ACM TISSEC 3(4), 2000",
  "mahoney-2003": "M. V. Mahoney, P. K. Chan: An Analysis of the 1999 DARPA/Lincoln Laboratory Evaluation Data for Network Anomaly Detection. RAID 2003",
  "tavallaee-2009": "M. Tavallaee, E. Bagheri, W. Lu, A. A. Ghorbani: A Detailed Analysis of the KDD CUP 99 Data Set. IEEE CISDA 2009",
  "sommer-2010": "R. Sommer, V. Paxson: Outside the Closed World: On Using Machine Learning for Network Intrusion Detection. IEEE Symposium on Security and Privacy 2010",
  "kaufman-2012": "S. Kaufman, S. Rosset, C. Perlich, O. Stitelman: Leakage in Data Mining: Formulation, Detection, and Avoidance. ACM TKDD 6(4), 2012",
  "santos-2018": "M. S. Santos, J. P. Soares, P. H. Abreu, H. Araujo, J. Santos: Cross-Validation for Imbalanced Datasets: Avoiding Overoptimistic and Overfitting Approaches. IEEE Computational Intelligence Magazine 13(4), 2018",
  "pendlebury-2019": "F. Pendlebury, F. Pierazzi, R. Jordaney, J. Kinder, L. Cavallaro: TESSERACT: Eliminating Experimental Bias in Malware Classification across Space and Time. USENIX Security 2019",
  "engelen-2021": "G. Engelen, V. Rimmer, W. Joosen: Troubleshooting an Intrusion Detection Dataset: the CICIDS2017 Case Study. IEEE Security and Privacy Workshops (WTMC) 2021",
  "arp-2022": "D. Arp, E. Quiring, F. Pendlebury, A. Warnecke, F. Pierazzi, C. Wressnegger, L. Cavallaro, K. Rieck: Dos and Don'ts of Machine Learning in Computer Security. USENIX Security 2022",
  "dhooge-2022": "L. D'hooge, M. Verkerken, B. Volckaert, T. Wauters, F. De Turck: Establishing the Contaminating Effect of Metadata Feature Inclusion in Machine-Learned Network Intrusion Detection Models. DIMVA 2022",
  "dhooge-2022-features": "L. D'hooge, M. Verkerken, T. Wauters, B. Volckaert, F. De Turck: Discovering non-metadata contaminant features in intrusion detection datasets. PST 2022",
  "kapoor-2023": "S. Kapoor, A. Narayanan: Leakage and the reproducibility crisis in machine-learning-based science. Patterns 4(9), 2023",
} as const;

export type PaperId = keyof typeof PAPERS;

/** "Arp et al. 2022": the short form, for lines. */
export function shortReference(paper: string): string {
  const authors = paper.slice(0, paper.indexOf(":")).split(", ");
  const year = /(\d{4})$/.exec(paper)?.[1] ?? "";
  const family = authors.map((author) => author.replace(/^(?:[A-Z]\. ?)+/, ""));
  const named = family.length > 2 ? `${family[0]} et al.` : family.join(" and ");
  return `${named} ${year}`;
}
