/** The search by need: a combobox that keeps the focus in its field, whatever is found. */

import { type CatalogueService, needSearch, type PointCatalogue } from "@palvelurinki/call_kit";
import { type JSX, type KeyboardEvent, type RefObject, useId, useMemo, useState } from "react";
import styled from "styled-components";
import { availabilityOf, providerOf } from "../../model/desk/offering";
import { useWords } from "../../words/i18n";
import { nameOf } from "../parts/words_of";
import { brand, focusRing, highlight, highlightPale, ink, line, paper, quiet } from "../theme";
import { Box, Input, Label, Quiet, Unseen } from "./parts";

/** As many as are read at a glance. */
const MOST = 7;

const List = styled.ul`
  border: 1px solid ${line};
  border-radius: 2px;
  background: ${paper};
  &:empty {
    display: none;
  }
`;

const Option = styled.li`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0 12px;
  min-height: 44px;
  padding: 8px 12px;
  border-left: 4px solid transparent;
  line-height: 1.3;
  cursor: pointer;
  & + & {
    border-top: 1px solid ${line};
  }
  strong {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  span {
    color: ${quiet};
    font-size: 15px;
    overflow-wrap: anywhere;
  }
  em {
    color: ${ink};
    font-style: normal;
    font-size: 15px;
    font-weight: 600;
  }
  &[aria-selected="true"],
  &:hover {
    border-left-color: ${highlight};
    background: ${highlightPale};
  }
`;

const Providers = styled.ul`
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  button {
    min-height: 36px;
    padding: 4px 12px;
    border: 1px solid ${line};
    border-radius: 18px;
    background: ${paper};
    color: ${brand};
    font-size: 15px;
    cursor: pointer;
    ${focusRing}
  }
  button:hover {
    border-color: ${highlight};
    background: ${highlightPale};
  }
`;

interface FoundProps {
  readonly service: CatalogueService;
  readonly catalogue: PointCatalogue;
  readonly active: boolean;
  readonly id: string;
  readonly onTake: () => void;
}

function Found({ service, catalogue, active, id, onTake }: FoundProps): JSX.Element {
  const { t, language } = useWords();
  const availability = availabilityOf(catalogue, service).kind;
  const provider = providerOf(catalogue, service);
  return (
    // The keys are those of the combobox, which keeps the focus; aria-activedescendant tells which option is meant.
    <Option aria-selected={active} data-found={service.id} id={id} onClick={onTake} role="option">
      <div>
        <strong>{nameOf(service, language)}</strong> <span>{provider && nameOf(provider, language)}</span>
      </div>
      {availability === "not_remote" && <em>{t("desk.need.not_remote")}</em>}
      {(availability === "closed" || availability === "closing") && <em>{t("desk.need.closed")}</em>}
    </Option>
  );
}

/** The place that a key moves to among `count`, or null when it moves nowhere. */
function moved(key: string, from: number, count: number): number | null {
  if (count === 0) {
    return null;
  }
  switch (key) {
    case "ArrowDown":
      return (from + 1) % count;
    case "ArrowUp":
      return (from - 1 + count) % count;
    default:
      return null;
  }
}

interface NeedSearchProps {
  readonly catalogue: PointCatalogue;
  readonly query: string;
  /** Matters that are not found here, for they are chosen already. */
  readonly without?: readonly string[];
  readonly label: string;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly name: string;
  readonly onWrite: (query: string) => void;
  readonly onTake: (service: string) => void;
  readonly onLeave?: () => void;
}

function Nothing({ catalogue, onTry }: { readonly catalogue: PointCatalogue; onTry: (name: string) => void }) {
  const { t, language } = useWords();
  return (
    <Box>
      <Quiet>{t("desk.need.nothing")}</Quiet>
      <Providers aria-label={t("desk.need.providers")}>
        {catalogue.providers.map((provider) => (
          <li key={provider.id}>
            <button onClick={() => onTry(nameOf(provider, language))} type="button">
              {nameOf(provider, language)}
            </button>
          </li>
        ))}
      </Providers>
    </Box>
  );
}

export function NeedSearch(props: NeedSearchProps): JSX.Element {
  const { catalogue, query, without = [], label, field, name, onWrite, onTake, onLeave } = props;
  const { t, language } = useWords();
  const [at, setAt] = useState(0);
  const [id, list, hint] = [useId(), useId(), useId()];
  const search = useMemo(() => needSearch(catalogue), [catalogue]);
  const found = search.find(query, language, MOST + without.length).filter(({ id: each }) => !without.includes(each));
  const shown = found.slice(0, MOST);
  const active = Math.min(at, Math.max(0, shown.length - 1));
  const write = (text: string): void => {
    setAt(0);
    onWrite(text);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const place = moved(event.key, active, shown.length);
    const taken = shown[active];
    if (place !== null) {
      event.preventDefault();
      setAt(place);
    } else if (event.key === "Enter" && !event.repeat && !event.nativeEvent.isComposing) {
      event.preventDefault();
      if (taken !== undefined) {
        onTake(taken.id);
      }
    } else if (event.key === "Escape" && query !== "") {
      event.preventDefault();
      write("");
    } else if (event.key === "Escape") {
      onLeave?.();
    }
  };
  const sought = query.trim() !== "";
  return (
    <Box>
      <div>
        <Label htmlFor={id}>{label}</Label>
        <Input
          aria-activedescendant={shown.length > 0 ? `${list}-${active}` : undefined}
          aria-autocomplete="list"
          aria-controls={list}
          aria-describedby={hint}
          aria-expanded={shown.length > 0}
          autoComplete="off"
          data-search={name}
          id={id}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
          ref={field}
          role="combobox"
          spellCheck={false}
          value={query}
        />
      </div>
      <Quiet id={hint}>{t(sought && shown.length > 0 ? "desk.need.keys" : "desk.need.hint")}</Quiet>
      <List aria-label={label} id={list} role="listbox">
        {shown.map((service, place) => (
          <Found
            active={place === active}
            catalogue={catalogue}
            id={`${list}-${place}`}
            key={service.id}
            onTake={() => onTake(service.id)}
            service={service}
          />
        ))}
      </List>
      <Unseen role="status">{sought && shown.length > 0 ? t("desk.need.found", { count: shown.length }) : ""}</Unseen>
      {sought && shown.length === 0 && (
        <Nothing
          catalogue={catalogue}
          onTry={(provider) => {
            write(provider);
            field.current?.focus();
          }}
        />
      )}
    </Box>
  );
}
