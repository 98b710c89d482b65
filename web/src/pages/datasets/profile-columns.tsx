// The columns of a profile as a table, and the one that is chosen with its histogram, quantiles and most frequent values.

import { Anchor, Box, SimpleGrid, Stack, Table, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { BarList } from "../../parts/bar-list.tsx";
import { Chart } from "../../parts/chart.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { count, figure, momentOfUs, percent } from "../../parts/format.ts";
import { histogramOption } from "./histogram.ts";
import type { ColumnProfile, Profile } from "./types.ts";

export function ProfileColumns({ profile }: { profile: Profile }) {
  const search: { column?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const { rows, columns } = profile;
  const chosen = columns.find(({ name }) => name === search.column) ?? columns[0];
  const found = columns.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  const choose = (column: string): void =>
    void navigate({
      search: ((before: object) => ({ ...before, column })) as never,
      replace: true,
      resetScroll: false,
    });
  if (chosen === undefined) return null;
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
      <Stack gap="xs" miw={0}>
        <TextInput
          aria-label="Find a column"
          placeholder="Find a column"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Box
          mah={460}
          style={{ overflowY: "auto" }}
          tabIndex={0}
          role="region"
          aria-label="Columns, scrolled"
        >
          <DataTable<ColumnProfile>
            label="Columns of the profile"
            rows={found}
            rowKey={({ name }) => name}
            empty={
              <Text size="sm" c="dimmed" p="sm">
                No column matches
              </Text>
            }
            columns={[
              {
                id: "name",
                header: "Column",
                value: ({ name }) => name,
                cell: ({ name }) => (
                  <UnstyledButton
                    onClick={() => choose(name)}
                    aria-pressed={name === chosen.name}
                    style={{ textAlign: "left" }}
                  >
                    <Anchor
                      component="span"
                      size="sm"
                      className="foreign"
                      fw={name === chosen.name ? 700 : undefined}
                    >
                      {name}
                    </Anchor>
                  </UnstyledButton>
                ),
              },
              { id: "kind", header: "Kind", value: ({ kind }) => kind, cell: ({ kind }) => kind },
              {
                id: "missing",
                header: "Missing",
                isNumber: true,
                value: ({ missing }) => missing,
                cell: ({ missing }) => percent(rows === 0 ? 0 : missing / rows),
              },
              {
                id: "distinct",
                header: "Different",
                isNumber: true,
                value: ({ distinct }) => distinct.count,
                cell: ({ distinct }) => `${distinct.exact ? "" : "≈ "}${count(distinct.count)}`,
              },
              {
                id: "median",
                header: "Median",
                isNumber: true,
                value: (column) => quantile(column, 0.5),
                cell: (column) => valueText(column, quantile(column, 0.5)),
              },
            ]}
          />
        </Box>
      </Stack>
      <OneColumn profile={profile} column={chosen} />
    </SimpleGrid>
  );
}

function quantile({ quantiles = [] }: ColumnProfile, share: number): number | undefined {
  return quantiles.find((one) => one.share === share)?.value;
}

function valueText({ kind }: ColumnProfile, value: number | string | undefined): string {
  if (typeof value === "string") return value;
  return kind === "time" ? momentOfUs(value) : figure(value);
}

function OneColumn({ profile, column }: { profile: Profile; column: ColumnProfile }) {
  const { rows, classes } = profile;
  const names = useMemo(() => (classes?.list ?? []).map(({ name }) => name), [classes]);
  const option = useMemo(() => histogramOption(column, names), [column, names]);
  return (
    <section aria-label={`The column ${column.name}`}>
      <Stack gap="sm" miw={0}>
        <div>
          <Text fw={600} component="h3" fz="md" className="foreign">
            {column.name}
          </Text>
          <Text size="sm" c="dimmed" className="foreign">
            {[column.description, column.unit, `used as ${column.role}`].filter(Boolean).join(" · ")}
          </Text>
        </div>
        {option !== undefined && (
          <Chart
            label={`Histogram of ${column.name}: rows by value, divided by class`}
            option={option}
            height={260}
          />
        )}
        <FactsOf column={column} rows={rows} />
        {column.top.length > 0 && (
          <div>
            <Text size="sm" fw={600} mb={4}>
              Most frequent values
            </Text>
            <BarList
              label={`Most frequent values of ${column.name}`}
              full={rows}
              bars={column.top.map(({ value, rows: some }) => ({
                key: String(value),
                label: valueText(column, value) || "(empty text)",
                value: some,
                text: `${count(some)} · ${percent(rows === 0 ? 0 : some / rows)}`,
              }))}
            />
          </div>
        )}
      </Stack>
    </section>
  );
}

function FactsOf({ column, rows }: { column: ColumnProfile; rows: number }) {
  const { missing, infinite, zeros, negative, mean, standardDeviation, quantiles = [] } = column;
  const facts: [string, string][] = [
    ["Missing", `${count(missing)} · ${percent(rows === 0 ? 0 : missing / rows)}`],
    ...(infinite === undefined ? [] : ([["Infinite", count(infinite)]] as [string, string][])),
    ...(zeros === undefined ? [] : ([["Zero", count(zeros)]] as [string, string][])),
    ...(negative === undefined ? [] : ([["Negative", count(negative)]] as [string, string][])),
    ...(mean === undefined ? [] : ([["Mean", valueText(column, mean)]] as [string, string][])),
    ...(standardDeviation === undefined || column.kind === "time"
      ? []
      : ([["Standard deviation", figure(standardDeviation)]] as [string, string][])),
    ...quantiles.map(({ share, value }): [string, string] => [
      share === 0 ? "Least" : share === 1 ? "Greatest" : `${share * 100} % are at most`,
      valueText(column, value),
    ]),
  ];
  return (
    <Table aria-label={`Figures of ${column.name}`} verticalSpacing={3}>
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Td>
              <Text size="sm" c="dimmed" span>
                {name}
              </Text>
            </Table.Td>
            <Table.Td className="number">{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
