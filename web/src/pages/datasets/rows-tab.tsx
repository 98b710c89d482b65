// Rows of a data set, its tables and parts: looked at page by page, downloaded whole.

import { Button, Group, Select, Stack } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { api, data } from "../../api/client.ts";
import { download, TABLE_FORMATS } from "../../api/download.ts";
import { count, momentOfUs } from "../../parts/format.ts";
import { failed } from "../../parts/notify.tsx";
import { Panel } from "../../parts/page.tsx";
import {
  type Cell,
  cellsOf,
  type FetchPage,
  type RemoteColumn,
  useRemoteRows,
} from "../../parts/remote-rows.ts";
import { Failure, Loading } from "../../parts/states.tsx";
import { type Column, VirtualTable } from "../../parts/virtual-table.tsx";
import type { Manifest } from "./types.ts";

const WIDTH_OF_LETTER = 8;

export function RowsTab({ set }: { set: Manifest }) {
  const search: { of?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const choices = choicesOf(set);
  const chosen = choices.find(({ value }) => value === search.of) ?? choices[0];
  const rows = useRemoteRows(
    `${set.name} ${set.created} ${chosen.value}`,
    pagesOf(set.name, chosen),
    cellsOf,
  );
  const columns = useMemo(() => columnsOf(rows.columns), [rows.columns]);
  const query = Object.entries({ table: chosen.table, part: chosen.part })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `&${name}=${encodeURIComponent(value as string)}`)
    .join("");
  return (
    <Panel
      title="Rows"
      note={rows.total === undefined ? undefined : `${count(rows.total)} rows`}
      actions={TABLE_FORMATS.map(({ format, label }) => (
        <Button
          key={format}
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() =>
            void download(
              `/datasets/${encodeURIComponent(set.name)}/rows?format=${format}${query}`,
              `${set.name}.${format}`,
            ).catch(failed)
          }
        >
          {label}
        </Button>
      ))}
    >
      <Stack gap="sm">
        {choices.length > 1 && (
          <Group>
            <Select
              label="Table or part"
              data={choices.map(({ value, label }) => ({ value, label }))}
              value={chosen.value}
              allowDeselect={false}
              onChange={(of) =>
                void navigate({
                  search: ((before: object) => ({ ...before, of: of ?? undefined })) as never,
                  replace: true,
                })
              }
            />
          </Group>
        )}
        {rows.failure !== undefined ? (
          <Failure failure={rows.failure} retry={rows.retry} />
        ) : rows.total === undefined ? (
          <Loading what="the rows" />
        ) : (
          <VirtualTable
            label={`Rows of ${set.name}`}
            columns={columns}
            rowCount={rows.total}
            rowAt={rows.rowAt}
            onRange={rows.onRange}
            height={560}
          />
        )}
      </Stack>
    </Panel>
  );
}

interface Choice {
  value: string;
  label: string;
  table?: string;
  part?: string;
}

function choicesOf({ tables, table, splits }: Manifest): Choice[] {
  const others = Object.keys(tables).filter((name) => name !== table);
  return [
    { value: table, label: `table ${table}` },
    ...others.map((name) => ({ value: name, label: `table ${name}`, table: name })),
    ...Object.entries(splits).flatMap(([split, { parts, table: of }]) =>
      parts.map(({ name }) => ({
        value: `${split}/${name}`,
        label: `${name} of the split ${split}`,
        part: `${split}/${name}`,
        ...(of === table ? {} : { table: of }),
      })),
    ),
  ];
}

function pagesOf(name: string, { table, part }: Choice): FetchPage {
  return (offset, limit, signal) =>
    data(
      api.GET("/datasets/{name}/page", {
        params: {
          path: { name },
          query: {
            offset,
            limit,
            ...(table === undefined ? {} : { table }),
            ...(part === undefined ? {} : { part }),
          },
        },
        signal,
      }),
    );
}

function columnsOf(columns: readonly RemoteColumn[]): Column<Cell[]>[] {
  return columns.map(({ name, kind }, at) => ({
    id: name,
    header: name,
    width: Math.min(260, Math.max(kind === "time" ? 220 : 90, name.length * WIDTH_OF_LETTER + 26)),
    isNumber: kind === "number",
    cell: (cells) => {
      const value = cells[at];
      if (value === null || value === undefined) return "–";
      const text = kind === "time" ? momentOfUs(Number(value)) : String(value);
      return (
        <span title={text} style={{ overflow: "hidden", textOverflow: "ellipsis" }}>
          {text}
        </span>
      );
    },
  }));
}
