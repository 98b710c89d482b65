// What verdicts are narrowed by, as a row of fields. Texts are told a moment after the last key, so that not every letter asks.

import { Button, Group, MultiSelect, NumberInput, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconFilterOff, IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { isFiltered, type VerdictFilter } from "./filter.ts";

const AFTER_KEYS_MS = 250;
const ATTACKS = [
  { value: "", label: "All" },
  { value: "true", label: "Attacks" },
  { value: "false", label: "Benign" },
];

export interface FilterBarProps {
  filter: VerdictFilter;
  onFilter: (filter: VerdictFilter) => void;
  /** Classes to choose among. */
  classes: readonly string[];
}

export function FilterBar({ filter, onFilter, classes }: FilterBarProps) {
  const { text, classes: chosen = [], attack, address, port, communityId, from, to } = filter;
  const set = (change: Partial<VerdictFilter>): void => onFilter({ ...filter, ...change });
  return (
    <Group gap="xs" align="flex-end" role="search" aria-label="Filter">
      <LateText
        label="Search"
        value={text}
        width={180}
        icon={<IconSearch size={14} aria-hidden />}
        onValue={(value) => set({ text: value })}
      />
      <SegmentedControl
        size="xs"
        aria-label="Attacks or benign"
        data={ATTACKS}
        value={attack === undefined ? "" : String(attack)}
        onChange={(value) => set({ attack: value === "" ? undefined : value === "true" })}
      />
      <MultiSelect
        size="xs"
        w={200}
        label="Classes"
        placeholder={chosen.length === 0 ? "any" : undefined}
        data={[...new Set([...classes, ...chosen])]}
        value={[...chosen]}
        onChange={(value) => set({ classes: value })}
        clearable
        searchable
      />
      <LateText
        label="Address"
        value={address}
        width={150}
        placeholder="10.0. or all of it"
        onValue={(value) => set({ address: value })}
      />
      <NumberInput
        size="xs"
        w={84}
        label="Port"
        min={0}
        max={65_535}
        allowDecimal={false}
        hideControls
        value={port ?? ""}
        onChange={(value) => set({ port: typeof value === "number" ? value : undefined })}
      />
      <LateText
        label="Community ID"
        value={communityId}
        width={180}
        placeholder="1:…"
        onValue={(value) => set({ communityId: value })}
      />
      <Moment label="Began from (UTC)" value={from} onValue={(value) => set({ from: value })} />
      <Moment label="to (UTC)" value={to} onValue={(value) => set({ to: value })} />
      {isFiltered(filter) && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconFilterOff size={14} aria-hidden />}
          onClick={() => onFilter({})}
        >
          Clear
        </Button>
      )}
    </Group>
  );
}

interface LateTextProps {
  label: string;
  value: string | undefined;
  width: number;
  placeholder?: string;
  icon?: React.ReactNode;
  onValue: (value: string | undefined) => void;
}

function LateText({ label, value = "", width, placeholder, icon, onValue }: LateTextProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const tell = useDebouncedCallback((next: string) => onValue(next.trim() || undefined), AFTER_KEYS_MS);
  return (
    <TextInput
      size="xs"
      w={width}
      label={label}
      placeholder={placeholder}
      leftSection={icon}
      value={typed}
      maxLength={200}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        tell(currentTarget.value);
      }}
    />
  );
}

interface MomentProps {
  label: string;
  value: string | undefined;
  onValue: (value: string | undefined) => void;
}

function Moment({ label, value = "", onValue }: MomentProps) {
  return (
    <TextInput
      size="xs"
      w={196}
      type="datetime-local"
      step={1}
      label={label}
      value={value}
      onChange={({ currentTarget }) => onValue(currentTarget.value || undefined)}
    />
  );
}
