// The profile of a data set: classes, columns with their histograms, what columns say of the class and of each other.

import { Accordion, MultiSelect, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { BarList } from "../../parts/bar-list.tsx";
import { count, percent, score } from "../../parts/format.ts";
import { Figure, Panel } from "../../parts/page.tsx";
import { ProfileColumns } from "./profile-columns.tsx";
import { ProfileMatrices } from "./profile-matrices.tsx";
import { ReportJob } from "./report-job.tsx";
import type { Manifest, Profile } from "./types.ts";

const TIES_SHOWN = 20;
const CLASSES_SHOWN = 20;

export function ProfileTab({ set }: { set: Manifest }) {
  const [columns, setColumns] = useState<string[]>([]);
  return (
    <Stack gap="md">
      <Panel title="Profile" note="Counts, quantiles and histograms are of all rows.">
        <Stack gap="md">
          <Accordion variant="contained" chevronPosition="left">
            <Accordion.Item value="columns">
              <Accordion.Control>Only some columns</Accordion.Control>
              <Accordion.Panel>
                <MultiSelect
                  label="Columns of the next profile"
                  description="All of them unless some are chosen"
                  data={set.tables[set.table].columns.map(({ name }) => name)}
                  value={columns}
                  onChange={setColumns}
                  searchable
                  clearable
                  clearButtonProps={{ "aria-label": "All columns" }}
                />
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
          <ReportJob<Profile>
            kind="profile"
            reference={set.name}
            request={{
              rows: { dataset: set.name },
              ...(columns.length === 0 ? {} : { columns }),
            }}
            since={set.created}
            description="A profile tells what each column holds, and what columns say of each other and of the class."
          >
            {(profile) => <Report profile={profile} />}
          </ReportJob>
        </Stack>
      </Panel>
    </Stack>
  );
}

function Report({ profile }: { profile: Profile }) {
  const { rows, columns, classes, classTies, remarks } = profile;
  const missing = columns.reduce((sum, column) => sum + column.missing, 0);
  const constant = columns.filter((column) => column.constant).length;
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="md">
        <Figure label="Rows" value={count(rows)} />
        <Figure label="Columns" value={count(columns.length)} note={`${count(constant)} with one value`} />
        <Figure
          label="Missing"
          value={percent(rows * columns.length === 0 ? 0 : missing / (rows * columns.length))}
          note={`${count(missing)} values`}
        />
        {classes !== undefined && (
          <>
            <Figure label="Classes" value={count(classes.count)} note={`by ${classes.column}`} />
            <Figure label="Largest to smallest" value={`${count(classes.imbalance)} : 1`} note="rows" />
            <Figure label="Without a class" value={count(classes.unlabelled)} note="rows" />
          </>
        )}
      </SimpleGrid>
      {remarks.map((remark) => (
        <Text key={remark} size="sm" c="dimmed" className="foreign">
          {remark}
        </Text>
      ))}
      <ProfileColumns profile={profile} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        {classes !== undefined && (
          <section>
            <Text fw={600} component="h3" mb={6} fz="md">
              Classes
            </Text>
            <BarList
              label="Rows of each class"
              full={rows}
              bars={classes.list.slice(0, CLASSES_SHOWN).map(({ name, rows: some, share }) => ({
                key: name,
                label: name,
                value: some,
                text: `${count(some)} · ${percent(share)}`,
              }))}
            />
            <More shown={CLASSES_SHOWN} of={classes.count} />
          </section>
        )}
        {classTies.length > 0 && (
          <section>
            <Text fw={600} component="h3" mb={6} fz="md">
              What columns say of the class
            </Text>
            <BarList
              label="What each column says of the class, from 0 to 1"
              full={1}
              bars={classTies.slice(0, TIES_SHOWN).map(({ column, measure, value }) => ({
                key: column,
                label: column,
                note: measure === "cramers-v" ? "Cramér's V" : "correlation ratio",
                value,
                text: score(value, 3),
              }))}
            />
            <More shown={TIES_SHOWN} of={classTies.length} />
          </section>
        )}
      </SimpleGrid>
      <ProfileMatrices profile={profile} />
    </Stack>
  );
}

function More({ shown, of }: { shown: number; of: number }) {
  if (of <= shown) return null;
  return (
    <Text size="xs" c="dimmed" mt={6}>
      and {count(of - shown)} more
    </Text>
  );
}
