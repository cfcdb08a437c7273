/** What the expert should know besides the note, and where the customer is seated. Nothing here must be chosen. */

import type { IdentityCheck } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import styled from "styled-components";
import type { DeskActions } from "../../model/desk/actions";
import type { Card } from "../../model/desk/cards";
import { IDENTITIES, terminalOf } from "../../model/desk/draft";
import { INTERPRETED, SERVED } from "../../model/desk/languages";
import type { DeskModel } from "../../model/desk/model";
import type { Language } from "../../model/time";
import { useWords } from "../../words/i18n";
import { languageName, nameOf, type Translate } from "../parts/words_of";
import { Select } from "./parts";

const Fields = styled.div`
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 170px), 1fr));
  gap: 10px 12px;
  align-items: end;
  /* Where the customer sits and how they were identified are told in more words than fit beside each other. */
  > :nth-child(-n + 2) {
    grid-column: 1 / -1;
  }
`;

interface DetailsProps {
  readonly desk: DeskModel;
  readonly actions: DeskActions;
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase("fi") + text.slice(1);
}

function labelOf(card: Card, t: Translate, language: Language): string {
  const name = nameOf(card.view.terminal, language);
  if (card.free) {
    return name;
  }
  return `${name} (${t(card.state === "away" ? "desk.detail.terminal_away" : "desk.detail.terminal_taken")})`;
}

export function Details({ desk, actions }: DetailsProps): JSX.Element {
  const { t, language } = useWords();
  const { draft } = desk.state;
  const named = (code: string) => ({ value: code, label: capital(languageName(code, t, language)) });
  const interpreted = [...SERVED, ...INTERPRETED].map(named);
  return (
    <Fields>
      <Select
        choices={desk.cards.map((card) => ({ value: card.id, label: labelOf(card, t, language) }))}
        label={t("desk.detail.terminal")}
        name="terminal"
        onChoose={(terminal) => actions.detail({ terminal })}
        value={terminalOf(draft, desk.cards)?.id ?? ""}
      />
      <Select
        choices={IDENTITIES.map((value) => ({ value, label: t(`identity.${value}`) }))}
        label={t("desk.detail.identity")}
        name="identity"
        onChoose={(identity) => actions.detail({ identity: identity as IdentityCheck })}
        value={draft.identity}
      />
      <Select
        choices={SERVED.map(named)}
        label={t("desk.detail.language")}
        name="language"
        onChoose={(chosen) => actions.detail({ language: chosen })}
        value={draft.language ?? language}
      />
      <Select
        choices={[{ value: "", label: t("desk.detail.no_interpreter") }, ...interpreted]}
        label={t("desk.detail.interpreter")}
        name="interpreter"
        onChoose={(interpreter) => actions.detail({ interpreter: interpreter === "" ? null : interpreter })}
        value={draft.interpreter ?? ""}
      />
    </Fields>
  );
}
