// A table of some hundred rows at the most, all of them in the page: sorted by its headings. Longer ones are VirtualTable's.

import { ScrollArea, Table, Text, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import {
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  type SortFn,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { type ReactNode, useMemo } from "react";

type Value = string | number | boolean | undefined | null;

export interface DataColumn<Row> {
  id: string;
  header: ReactNode;
  /** What is sorted by; a column without is not sorted. */
  value?: (row: Row) => Value;
  cell: (row: Row) => ReactNode;
  isNumber?: boolean;
}

export interface DataTableProps<Row> {
  label: string;
  columns: readonly DataColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Sorted so at first; as the rows are unless given. */
  sorted?: { column: string; descending?: boolean };
  empty?: ReactNode;
  minWidth?: number;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
type Features = typeof features;

export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, sorted, empty, minWidth = 480 } = props;
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const definitions = useMemo(
    () =>
      columns.map(({ id, value }) => ({
        id,
        accessorFn: (row: Row): Value => value?.(row),
        enableSorting: value !== undefined,
        sortFn: byValue as SortFn<Features, Row>,
        sortUndefined: "last" as const,
        sortDescFirst: false,
      })),
    [columns],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: rowKey,
    initialState: {
      sorting: sorted === undefined ? [] : [{ id: sorted.column, desc: sorted.descending ?? false }],
    },
  });
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  return (
    <ScrollArea
      type="auto"
      offsetScrollbars="present"
      viewportProps={{ tabIndex: 0, role: "region", "aria-label": label }}
    >
      <Table aria-label={label} miw={minWidth} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {table.getHeaderGroups()[0]?.headers.map(({ column }) => {
              const { id } = column;
              const { header, value, isNumber } = byId.get(id) ?? { header: id };
              const direction = column.getIsSorted();
              const words = (
                <Text size="xs" fw={600} span>
                  {header}
                </Text>
              );
              return (
                <Table.Th
                  key={id}
                  ta={isNumber ? "right" : undefined}
                  aria-sort={
                    value === undefined
                      ? undefined
                      : ({ asc: "ascending", desc: "descending", none: "none" }[
                          direction || "none"
                        ] as "ascending")
                  }
                >
                  {value === undefined ? (
                    words
                  ) : (
                    <UnstyledButton onClick={() => column.toggleSorting()}>
                      {words}
                      {direction === "asc" && <IconChevronUp size={13} aria-hidden />}
                      {direction === "desc" && <IconChevronDown size={13} aria-hidden />}
                    </UnstyledButton>
                  )}
                </Table.Th>
              );
            })}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {table.getRowModel().rows.map((row) => (
            <Table.Tr key={row.id}>
              {columns.map((column) => (
                <Table.Td key={column.id} className={column.isNumber ? "number" : undefined}>
                  {column.cell(row.original)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

function byValue(
  one: { getValue: (id: string) => unknown },
  other: { getValue: (id: string) => unknown },
  id: string,
): number {
  const first = one.getValue(id) as Value;
  const second = other.getValue(id) as Value;
  if (first === second) return 0;
  return (first ?? "") < (second ?? "") ? -1 : 1;
}
