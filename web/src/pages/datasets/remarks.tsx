// What people should know of a data set: repairs, renamed columns, warnings, with the rows that they are about.

import { Text } from "@mantine/core";
import { DataTable } from "../../parts/data-table.tsx";
import { count } from "../../parts/format.ts";
import type { Manifest } from "./types.ts";

type Remark = Manifest["remarks"][number];

export function Remarks({ remarks }: { remarks: readonly Remark[] }) {
  const rows = remarks.map((remark, index) => ({ ...remark, key: String(index) }));
  return (
    <DataTable<Remark & { key: string }>
      label="Repairs and remarks"
      rows={rows}
      rowKey={({ key }) => key}
      empty={
        <Text size="sm" c="dimmed">
          Nothing had to be repaired.
        </Text>
      }
      columns={[
        {
          id: "what",
          header: "What",
          cell: ({ what }) => (
            <Text size="sm" className="foreign">
              {what}
            </Text>
          ),
        },
        {
          id: "count",
          header: "Rows",
          isNumber: true,
          value: ({ count: some }) => some,
          cell: ({ count: some }) => count(some),
        },
        {
          id: "source",
          header: "File",
          value: ({ source }) => source,
          cell: ({ source }) => <SourceName name={source ?? "all"} />,
        },
      ]}
    />
  );
}

/** The last part of a path; where it was, beside it. */
export function SourceName({ name }: { name: string }) {
  const last = name.split("/").at(-1) ?? name;
  return (
    <Text size="sm" span className="foreign" title={last === name ? undefined : name}>
      {last}
    </Text>
  );
}
