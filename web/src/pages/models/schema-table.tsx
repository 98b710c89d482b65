// The columns that a model takes, with kinds, units, categories and meanings, in its order; found by name or meaning.

import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { count, percent } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { VirtualTable } from "../../parts/virtual-table.tsx";

type Card = Schemas["ModelCard"];
const CATEGORIES_SHOWN = 6;

export function SchemaTable({ schema, importance }: Pick<Card, "schema" | "importance">) {
  const [wanted, setWanted] = useState("");
  const shares = new Map(importance.map(({ column, share }) => [column, share]));
  const text = wanted.trim().toLowerCase();
  const rows = schema.columns
    .map((column, at) => ({ ...column, ordinal: at + 1 }))
    .filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(text));
  return (
    <Panel
      title={`Columns of ${schema.id}`}
      note={`${count(schema.columns.length)} columns; fingerprint ${schema.fingerprint.slice(0, 16)}.`}
      actions={
        <TextInput
          aria-label="Find a column"
          placeholder="Find a column"
          size="xs"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      }
    >
      <VirtualTable
        label="Columns of the model"
        rowCount={rows.length}
        rowAt={(index) => rows[index]}
        height={560}
        empty={
          <Text size="sm" c="dimmed" p="md">
            No column is called so.
          </Text>
        }
        columns={[
          { id: "ordinal", header: "No", width: 50, isNumber: true, cell: ({ ordinal }) => ordinal },
          {
            id: "name",
            header: "Column",
            width: 220,
            cell: ({ name }) => <span className="mono">{name}</span>,
          },
          { id: "kind", header: "Kind", width: 100, cell: ({ kind }) => kind },
          { id: "unit", header: "Unit", width: 90, cell: ({ unit }) => unit || "–" },
          {
            id: "share",
            header: "Importance",
            width: 100,
            isNumber: true,
            cell: ({ name }) => percent(shares.get(name)),
          },
          {
            id: "meaning",
            header: "Meaning",
            width: 380,
            grows: true,
            cell: ({ description, categories }) => (
              <span title={[description, categories.join(", ")].filter(Boolean).join(": ")}>
                {[description, categoryText(categories)].filter(Boolean).join(": ") || "–"}
              </span>
            ),
          },
        ]}
      />
    </Panel>
  );
}

function categoryText(categories: readonly string[]): string {
  if (categories.length <= CATEGORIES_SHOWN) return categories.join(", ");
  return `${categories.slice(0, CATEGORIES_SHOWN).join(", ")} and ${count(categories.length - CATEGORIES_SHOWN)} more`;
}
