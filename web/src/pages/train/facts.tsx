// Facts as names with values, and links that belong to runs.

import { Anchor, Badge, SimpleGrid, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Run } from "./types.ts";
import { datasetOf, rowsText, STATE_COLOURS } from "./words.ts";

const COLUMNS = 3;

export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl
      style={{
        display: "grid",
        gridTemplateColumns: "minmax(90px, max-content) minmax(0, 1fr)",
        gap: "4px 16px",
        margin: 0,
        fontSize: "var(--mantine-font-size-sm)",
      }}
    >
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: "contents" }}>
          <Text component="dt" size="sm" c="dimmed">
            {name}
          </Text>
          <dd className="foreign" style={{ margin: 0 }}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Many short facts, in columns. */
export function ManyFacts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  const each = Math.ceil(facts.length / COLUMNS);
  const parts = Array.from({ length: COLUMNS }, (_, at) => facts.slice(at * each, (at + 1) * each));
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: COLUMNS }} verticalSpacing={4}>
      {parts.map((part) => part.length > 0 && <Facts key={part[0][0]} facts={part} />)}
    </SimpleGrid>
  );
}

export function StateBadge({ state }: { state: Run["state"] }) {
  return (
    <Badge variant="light" radius="sm" tt="none" color={STATE_COLOURS[state]} c="var(--mantine-color-text)">
      {state}
    </Badge>
  );
}

export function To({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to={to as string} {...props} />}>
      {children}
    </Anchor>
  );
}

/** Rows with links to their data sets. */
export function Rows({ rows }: { rows: readonly string[] }) {
  return (
    <>
      {rows.map((name, at) => {
        const dataset = datasetOf(name);
        return (
          <span key={name}>
            {at > 0 && ", "}
            {dataset === undefined ? rowsText([name]) : <To to={`/datasets/${dataset}`}>{name}</To>}
          </span>
        );
      })}
    </>
  );
}
