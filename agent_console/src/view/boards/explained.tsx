import { type JSX, useId, useState } from "react";
import styled from "styled-components";
import { IconChevronDown, IconChevronUp } from "suomifi-ui-components";
import type { About, Explanation } from "../../model/explain";
import type { Sentence } from "../../model/sentence";
import { secondOf } from "../../model/time";
import { useWords } from "../../words/i18n";
import { ActSign, Handset, NobodySign, NoticeSign, ReadySign } from "../parts/icons";
import { say } from "../parts/say";
import { nameOf } from "../parts/words_of";
import {
  alert,
  focusRing,
  ground,
  highlight,
  ink,
  line,
  middle,
  quiet,
  success,
  tabular,
  warningPale,
  wide,
} from "../theme";

const SIGNS = {
  open: Handset,
  accepted: ReadySign,
  declined: NoticeSign,
  expired: ActSign,
  withdrawn: NobodySign,
} as const;
const INKS: Record<Explanation["outcomeKind"], string> = {
  open: highlight,
  accepted: success,
  declined: ink,
  expired: alert,
  withdrawn: quiet,
};

const Summary = styled.button`
  display: grid;
  grid-template-columns: auto minmax(0, 1fr);
  gap: 2px 12px;
  align-items: center;
  width: 100%;
  min-height: 44px;
  padding: 8px 0;
  border: 0;
  border-top: 1px solid ${line};
  background: none;
  color: ${ink};
  font-size: 16px;
  line-height: 1.3;
  text-align: left;
  cursor: pointer;
  ${middle} {
    grid-template-columns: 24px 84px minmax(0, 1fr) minmax(0, 1fr);
  }
  > svg {
    color: ${highlight};
  }
  > :nth-child(3),
  > :nth-child(4) {
    grid-column: 2;
    ${middle} {
      grid-column: auto;
    }
  }
  strong {
    font-weight: 600;
  }
  &:hover strong {
    text-decoration: underline;
  }
  ${focusRing}
`;

const Time = styled.span`
  ${tabular}
  color: ${quiet};
`;

const Outcome = styled.span<{ $ink: string }>`
  display: flex;
  align-items: center;
  gap: 8px;
  svg {
    color: ${({ $ink }) => $ink};
  }
`;

const Grounds = styled.div`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 12px 32px;
  margin-bottom: 12px;
  padding: 12px 16px;
  background: ${ground};
  line-height: 1.35;
  ${middle} {
    grid-template-columns: repeat(2, minmax(0, 1fr));
  }
  ${wide} {
    grid-template-columns: repeat(3, minmax(0, 1fr));
  }
  h4 {
    margin-bottom: 2px;
    color: ${quiet};
    font-size: 14px;
    font-weight: 400;
  }
  strong {
    font-weight: 600;
  }
  li + li {
    margin-top: 4px;
  }
`;

const Differs = styled.p`
  grid-column: 1 / -1;
  padding: 8px 12px;
  background: ${warningPale};
`;

const Identifier = styled.p`
  grid-column: 1 / -1;
  color: ${quiet};
  font-size: 14px;
  overflow-wrap: anywhere;
  code {
    color: ${ink};
    user-select: all;
  }
`;

function Part({ heading, said }: { readonly heading: string; readonly said: readonly Sentence[] }): JSX.Element {
  const { t, language } = useWords();
  return (
    <div>
      <h4>{heading}</h4>
      <p>{said.map((each) => say(each, t, language)).join(" ")}</p>
    </div>
  );
}

function People({ heading, people }: { readonly heading: string; readonly people: readonly About[] }): JSX.Element {
  const { t, language } = useWords();
  return (
    <div>
      <h4>{heading}</h4>
      <ul>
        {people.map(({ staff, name, said }) => (
          <li key={staff}>
            <strong>{name}</strong>
            {`: ${said.map((each) => say(each, t, language)).join("; ")}.`}
          </li>
        ))}
      </ul>
    </div>
  );
}

function GroundsOf({ explanation }: { readonly explanation: Explanation }): JSX.Element {
  const { t } = useWords();
  const { id, contact, asked, chosen, others, became, differs } = explanation;
  return (
    <Grounds>
      <div style={{ display: "grid", gap: 12, alignContent: "start" }}>
        <Part heading={t("offers.contact")} said={contact} />
        <Part heading={t("offers.asked")} said={asked} />
      </div>
      <div style={{ display: "grid", gap: 12, alignContent: "start" }}>
        <People heading={t("offers.chosen")} people={chosen} />
        <People heading={t("offers.became")} people={became} />
      </div>
      {others.length === 0 ? (
        <div>
          <h4>{t("offers.others")}</h4>
          <p>{t("offers.nobody_else")}</p>
        </div>
      ) : (
        <People heading={t("offers.others")} people={others} />
      )}
      <Identifier>
        {`${t("offers.offer")} `}
        <code>{id}</code>
        {`. ${t("offers.command")} `}
        <code>{`palvelurinki explain ${id}`}</code>
      </Identifier>
      {differs && <Differs>{t("offers.differs")}</Differs>}
    </Grounds>
  );
}

interface ExplainedProps {
  readonly explanation: Explanation;
  /** The newest is open from the start: it is what is most often asked about. */
  readonly first: boolean;
}

/** One offer: when, what and how it went, and on being opened why. */
export function Explained({ explanation, first }: ExplainedProps): JSX.Element {
  const { t, language } = useWords();
  const [open, setOpen] = useState(first);
  const area = useId();
  const Sign = SIGNS[explanation.outcomeKind];
  const Chevron = open ? IconChevronUp : IconChevronDown;
  return (
    <div data-offer={explanation.id} data-outcome={explanation.outcomeKind}>
      <Summary aria-controls={area} aria-expanded={open} onClick={() => setOpen(!open)} type="button">
        <Chevron aria-hidden="true" />
        <Time>{secondOf(explanation.madeAt, language)}</Time>
        <strong>{nameOf(explanation.service, language)}</strong>
        <Outcome $ink={INKS[explanation.outcomeKind]}>
          <Sign size={20} />
          {say(explanation.outcome, t, language)}
        </Outcome>
      </Summary>
      <div id={area}>{open && <GroundsOf explanation={explanation} />}</div>
    </div>
  );
}
