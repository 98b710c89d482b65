// The page "data sets": what there is, and the ways to more.

import { Anchor, Button, Group, Text } from "@mantine/core";
import { IconFileImport, IconTools } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useDatasets, useMay } from "../../api/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { ago, bytes, count, moment } from "../../parts/format.ts";
import { Page, Panel } from "../../parts/page.tsx";
import { Asked, Empty } from "../../parts/states.tsx";
import { datasetAddress } from "./routes.ts";
import type { Manifest } from "./types.ts";

export function Datasets() {
  const sets = useDatasets();
  const mayWrite = useMay("write");
  return (
    <Page
      title="Data sets"
      note="Labelled tables of this project: imported from files, prepared by recipes, split for training and tests."
      actions={mayWrite && <Ways />}
    >
      <Panel>
        <Asked query={sets} what="the data sets">
          {(all) => (
            <DataTable<Manifest>
              label="Data sets"
              rows={all}
              rowKey={({ name }) => name}
              sorted={{ column: "created", descending: true }}
              minWidth={760}
              empty={
                <Empty title="No data sets yet" action={mayWrite ? <Ways /> : undefined}>
                  Import files of rows: CSV, Parquet, JSON lines, and the public data sets as they are
                  published.
                </Empty>
              }
              columns={[
                {
                  id: "name",
                  header: "Name",
                  value: ({ name }) => name,
                  cell: ({ name }) => (
                    <Anchor
                      size="sm"
                      className="foreign"
                      renderRoot={(props) => <Link to={datasetAddress(name) as string} {...props} />}
                    >
                      {name}
                    </Anchor>
                  ),
                },
                {
                  id: "origin",
                  header: "Made by",
                  value: ({ origin }) => origin,
                  cell: ({ origin }) => (origin === "import" ? "import" : "preparing"),
                },
                {
                  id: "rows",
                  header: "Rows",
                  isNumber: true,
                  value: (set) => set.tables[set.table].rows,
                  cell: (set) => count(set.tables[set.table].rows),
                },
                {
                  id: "columns",
                  header: "Columns",
                  isNumber: true,
                  value: (set) => set.tables[set.table].columns.length,
                  cell: (set) => count(set.tables[set.table].columns.length),
                },
                {
                  id: "classes",
                  header: "Classes",
                  isNumber: true,
                  value: (set) => set.tables[set.table].classes?.length,
                  cell: (set) => count(set.tables[set.table].classes?.length),
                },
                {
                  id: "schema",
                  header: "Schema",
                  value: (set) => set.tables[set.table].schema?.id,
                  cell: (set) => set.tables[set.table].schema?.id ?? "its own",
                },
                {
                  id: "splits",
                  header: "Splits",
                  cell: ({ splits }) => (
                    <Text size="sm" className="foreign">
                      {Object.keys(splits).join(", ") || "–"}
                    </Text>
                  ),
                },
                {
                  id: "bytes",
                  header: "Size",
                  isNumber: true,
                  value: sizeOf,
                  cell: (set) => bytes(sizeOf(set)),
                },
                {
                  id: "created",
                  header: "Made",
                  value: ({ created }) => created,
                  cell: ({ created }) => <span title={`${moment(created)} UTC`}>{ago(created)}</span>,
                },
              ]}
            />
          )}
        </Asked>
      </Panel>
    </Page>
  );
}

function sizeOf({ tables, splits }: Manifest): number {
  return [...Object.values(tables), ...Object.values(splits)].reduce((sum, { bytes: size }) => sum + size, 0);
}

function Ways() {
  return (
    <Group gap="xs">
      <Button
        leftSection={<IconFileImport size={16} aria-hidden />}
        renderRoot={(props) => <Link to={"/datasets/import" as string} {...props} />}
      >
        Import files
      </Button>
      <Button
        variant="default"
        leftSection={<IconTools size={16} aria-hidden />}
        renderRoot={(props) => <Link to={"/datasets/prepare" as string} {...props} />}
      >
        Prepare
      </Button>
    </Group>
  );
}
