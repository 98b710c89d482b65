// How a public data set lays out its tables, where a schema has one to follow: which fields, in which order, under which
// names. A table that writers of text read; identity is named here only to be written, it is never a feature.

/** Naming habits of the public data sets: CSE-CIC-IDS2018, the later tools, CIC-IDS2017, and plain snake case. */
export const NAME_STYLES = ["v3", "v4", "2017", "snake"] as const;
export type NameStyle = (typeof NAME_STYLES)[number];

/** What is known of a flow beside its features. */
export type PublishedSource =
  | "flow-id"
  | "source-address"
  | "source-port"
  | "destination-address"
  | "destination-port"
  | "timestamp"
  | "label";

export interface PublishedField {
  /** Identity, or the index of a column of the schema. */
  readonly source: PublishedSource | number;
  readonly names: Readonly<Record<NameStyle, string>>;
}

export interface PublishedTable {
  /** Names that are written unless others are asked for. */
  readonly style: NameStyle;
  /**
   * Local time: "12-hour" dd/MM/yyyy hh:mm:ss, which does not tell morning from evening; "12-hour-half" the same with AM
   * or PM; "microseconds" yyyy-MM-dd HH:mm:ss with as many digits of the second as needed, 3 or 6.
   */
  readonly timestamp: "12-hour" | "12-hour-half" | "microseconds";
  /** What stands in the column of labels as long as nobody labelled. */
  readonly label: string;
  /** What stands for a number that is missing. */
  readonly missing: string;
  readonly fields: readonly PublishedField[];
}
