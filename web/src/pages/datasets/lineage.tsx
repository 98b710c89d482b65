// The way of a data set from its sources over every step to its tables and splits, as a chain with the rows at each place.

import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useDatasets } from "../../api/queries.ts";
import { count } from "../../parts/format.ts";
import classes from "./lineage.module.css";
import { SourceName } from "./remarks.tsx";
import { datasetAddress } from "./routes.ts";
import type { Manifest } from "./types.ts";

const SOURCES_SHOWN = 6;

export function Lineage({ set }: { set: Manifest }) {
  const { sources, steps, tables, splits } = set;
  return (
    <ol className={classes["chain"]}>
      {sources.slice(0, SOURCES_SHOWN).map(({ name, rows, importer }) => (
        <Place
          key={name}
          kind="source"
          title={importer === undefined ? <DatasetLink reference={name} /> : <SourceName name={name} />}
          note={importer === undefined ? "data set" : `taken for ${importer}`}
          rows={count(rows)}
        />
      ))}
      {sources.length > SOURCES_SHOWN && (
        <Place kind="source" title={`and ${count(sources.length - SOURCES_SHOWN)} more sources`} />
      )}
      {steps.map(({ step, rowsBefore, rowsAfter }, index) => (
        <Place
          // biome-ignore lint/suspicious/noArrayIndexKey: steps never change their order
          key={index}
          kind="step"
          title={step}
          note={change(rowsBefore, rowsAfter)}
          rows={count(rowsAfter)}
        />
      ))}
      {Object.entries(tables).map(([name, { rows }]) => (
        <Place key={name} kind="table" title={`table ${name}`} rows={count(rows)} />
      ))}
      {Object.entries(splits).map(([name, { method, parts }]) => (
        <Place
          key={name}
          kind="split"
          title={`split ${name}`}
          note={`${method}: ${parts.map((part) => `${part.name} ${count(part.rows)}`).join(", ")}`}
        />
      ))}
    </ol>
  );
}

function change(before: number, after: number): string {
  if (before === after) return "all rows stay";
  const rows = count(Math.abs(after - before));
  return after < before ? `${rows} rows fewer` : `${rows} rows more`;
}

interface PlaceProps {
  kind: "source" | "step" | "table" | "split";
  title: ReactNode;
  note?: string;
  rows?: string;
}

function Place({ kind, title, note, rows }: PlaceProps) {
  return (
    <li className={classes["place"]} data-kind={kind}>
      <div>
        <Text size="sm" component="div" className="foreign">
          {title}
        </Text>
        {note !== undefined && (
          <Text size="xs" c="dimmed" className="foreign">
            {note}
          </Text>
        )}
      </div>
      {rows !== undefined && (
        <Text size="sm" className="number">
          {rows} rows
        </Text>
      )}
    </li>
  );
}

/** NAME, NAME:TABLE, NAME@PART: a link where the data set is still there. */
function DatasetLink({ reference }: { reference: string }) {
  const { data: sets = [] } = useDatasets();
  const name = reference.replace(/[:@].*$/, "");
  if (!sets.some((set) => set.name === name)) return reference;
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to={datasetAddress(name) as string} {...props} />}>
      {reference}
    </Anchor>
  );
}
