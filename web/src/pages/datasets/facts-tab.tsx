// What a data set holds and where it came from: its way from sources over steps to tables, classes, columns, remarks.

import { Button, Code, SegmentedControl, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { BarList } from "../../parts/bar-list.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { bytes, count, percent } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { Lineage } from "./lineage.tsx";
import { Remarks, SourceName } from "./remarks.tsx";
import type { Manifest, Table } from "./types.ts";

const CLASSES_SHOWN = 12;

export function FactsTab({ set }: { set: Manifest }) {
  const [name, setName] = useState(set.table);
  const table = set.tables[name] ?? set.tables[set.table];
  const names = Object.keys(set.tables);
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title="Where it came from">
          <Lineage set={set} />
        </Panel>
        <Panel title="Classes" note={set.label === undefined ? undefined : `By the column ${set.label}`}>
          <Classes table={table} />
        </Panel>
      </SimpleGrid>
      <Panel title="Sources">
        <Sources set={set} />
      </Panel>
      {set.remarks.length > 0 && (
        <Panel title="Repairs and remarks">
          <Remarks remarks={set.remarks} />
        </Panel>
      )}
      <Panel
        title="Columns"
        note={`${count(table.columns.length)} of the table ${name}`}
        actions={
          names.length > 1 && (
            <SegmentedControl size="xs" data={names} value={name} onChange={setName} aria-label="Table" />
          )
        }
      >
        <Columns table={table} />
      </Panel>
    </Stack>
  );
}

function Classes({ table }: { table: Table }) {
  const [isWhole, setWhole] = useState(false);
  if (table.classes === undefined)
    return (
      <Text size="sm" c="dimmed">
        There is no column of classes.
      </Text>
    );
  const shown = isWhole ? table.classes : table.classes.slice(0, CLASSES_SHOWN);
  return (
    <>
      <BarList
        label="Rows of each class"
        bars={shown.map(({ name, rows }) => ({
          key: name,
          label: name,
          value: rows,
          text: `${count(rows)} · ${percent(table.rows === 0 ? 0 : rows / table.rows)}`,
        }))}
      />
      {table.classes.length > CLASSES_SHOWN && (
        <Button size="compact-sm" variant="default" mt="sm" onClick={() => setWhole(!isWhole)}>
          {isWhole ? `Only the first ${CLASSES_SHOWN}` : `All ${count(table.classes.length)} classes`}
        </Button>
      )}
    </>
  );
}

function Sources({ set }: { set: Manifest }) {
  return (
    <DataTable<Manifest["sources"][number]>
      label="Sources"
      rows={set.sources}
      rowKey={({ name, sha256 }) => `${name} ${sha256 ?? ""}`}
      columns={[
        {
          id: "name",
          header: "Name",
          value: ({ name }) => name,
          cell: ({ name }) => <SourceName name={name} />,
        },
        {
          id: "importer",
          header: "Kind",
          value: ({ importer }) => importer,
          cell: ({ importer }) => importer ?? "data set",
        },
        {
          id: "rows",
          header: "Rows",
          isNumber: true,
          value: ({ rows }) => rows,
          cell: ({ rows }) => count(rows),
        },
        {
          id: "bytes",
          header: "Size",
          isNumber: true,
          value: ({ bytes: size }) => size,
          cell: ({ bytes: size }) => bytes(size),
        },
        {
          id: "sha256",
          header: "SHA-256",
          cell: ({ sha256 }) =>
            sha256 === undefined ? "–" : <Code title={sha256}>{sha256.slice(0, 16)}…</Code>,
        },
      ]}
    />
  );
}

function Columns({ table }: { table: Table }) {
  const rows = table.columns.map((column, index) => ({ ...column, index }));
  return (
    <DataTable<Table["columns"][number] & { index: number }>
      label="Columns"
      rows={rows}
      rowKey={({ name }) => name}
      minWidth={640}
      columns={[
        {
          id: "index",
          header: "#",
          isNumber: true,
          value: ({ index }) => index,
          cell: ({ index }) => index + 1,
        },
        {
          id: "name",
          header: "Name",
          value: ({ name }) => name,
          cell: ({ name }) => (
            <Text size="sm" span className="mono foreign">
              {name}
            </Text>
          ),
        },
        { id: "role", header: "Role", value: ({ role }) => role, cell: ({ role }) => role },
        { id: "kind", header: "Kind", value: ({ kind }) => kind, cell: ({ kind }) => kind },
        { id: "unit", header: "Unit", value: ({ unit }) => unit, cell: ({ unit }) => unit || "–" },
        {
          id: "description",
          header: "Meaning",
          cell: ({ description }) => (
            <Text size="sm" className="foreign">
              {description}
            </Text>
          ),
        },
      ]}
    />
  );
}
