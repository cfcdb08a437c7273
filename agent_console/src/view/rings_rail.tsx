import { type JSX, useId } from "react";
import styled from "styled-components";
import type { ConsoleModel } from "../model/model";
import { shortDurationOf } from "../model/time";
import { COUNTS, type RingModel, type Wait as Waiting } from "../model/waiting";
import { useWords } from "../words/i18n";
import { Clock } from "./parts/clock";
import { hoursOf, languageName, nameOf } from "./parts/words_of";
import { ground, ink, line, panel, quiet, tabular, unseen } from "./theme";

/** As many as fit beside the stage; the rest are counted. */
const SHOWN = 5;

const Group = styled.section`
  display: grid;
  gap: 8px;
`;

const Heading = styled.h2`
  font-size: 16px;
  font-weight: 600;
`;

const Card = styled.section`
  ${panel}
  padding: 12px 16px;
`;

const Name = styled.h3`
  font-size: 17px;
  font-weight: 600;
  line-height: 1.3;
  hyphens: auto;
`;

const Quiet = styled.p`
  color: ${quiet};
  font-size: 15px;
`;

const Counts = styled.dl`
  display: grid;
  grid-template-columns: repeat(3, 1fr);
  margin: 8px 0;
  background: ${ground};
  border-radius: 2px;
  > div {
    display: flex;
    flex-direction: column-reverse;
    padding: 4px 8px;
  }
  dt {
    color: ${quiet};
    font-size: 14px;
    line-height: 1.3;
  }
  dd {
    ${tabular}
    font-size: 18px;
    font-weight: 600;
    line-height: 1.3;
  }
`;

const Waits = styled.ol`
  border-top: 1px solid ${line};
  li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0 12px;
    padding: 6px 0;
    border-bottom: 1px solid ${line};
    line-height: 1.3;
  }
  li:last-child {
    border-bottom: 0;
    padding-bottom: 0;
  }
  strong {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
`;

const Where = styled.span`
  grid-column: 1 / -1;
  color: ${quiet};
  font-size: 14px;
`;

const Unseen = styled.span`
  ${unseen}
`;

interface WaitProps {
  readonly wait: Waiting;
  readonly now: number;
}

function Wait({ wait: { view: wait }, now }: WaitProps): JSX.Element {
  const { t, language } = useWords();
  const where = [nameOf(wait.point, language), languageName(wait.language, t, language)];
  if (wait.state === "held" || wait.state === "offered") {
    where.push(t(`rings.${wait.state}`));
  }
  if (wait.head_start_s > 0) {
    where.push(t("board.head_start", { head: shortDurationOf(wait.head_start_s * 1000, language) }));
  }
  return (
    <li>
      <strong>{nameOf(wait.service, language)}</strong>
      <span>
        <Unseen>{`${t("rings.waited")} `}</Unseen>
        <Clock now={now} since={Date.parse(wait.requested_at)} />
      </span>
      <Where>{where.join(" · ")}</Where>
    </li>
  );
}

function RingCard({ ring, now }: { readonly ring: RingModel; readonly now: number }): JSX.Element {
  const { t, language } = useWords();
  const name = useId();
  const { view, waiting, counts } = ring;
  const rest = waiting.length - SHOWN;
  return (
    <Card aria-labelledby={name} data-ring={view.ring.id}>
      <Name id={name}>{nameOf(view.ring, language)}</Name>
      <Quiet>{hoursOf(view, now, t, language)}</Quiet>
      <Counts>
        {COUNTS.map((count) => (
          <div key={count}>
            <dt>{t(`rings.${count}`)}</dt>
            <dd>{counts[count]}</dd>
          </div>
        ))}
      </Counts>
      {waiting.length === 0 ? (
        <Quiet>{t("rings.nobody")}</Quiet>
      ) : (
        <Waits aria-label={t("rings.waits")}>
          {waiting.slice(0, SHOWN).map((wait) => (
            <Wait key={wait.view.contact} now={now} wait={wait} />
          ))}
          {rest > 0 && (
            <li>
              <Where>{t("rings.more", { count: rest })}</Where>
            </li>
          )}
        </Waits>
      )}
    </Card>
  );
}

/** My rings, with who waits in them. */
export function RingsRail({ model }: { readonly model: ConsoleModel }): JSX.Element {
  const { t } = useWords();
  const heading = useId();
  return (
    <Group aria-labelledby={heading} style={{ color: ink }}>
      <Heading id={heading}>{t("rings.heading")}</Heading>
      {model.rings.length === 0 && (
        <Card as="div">
          <Quiet>{t("rings.none")}</Quiet>
        </Card>
      )}
      {model.rings.map((ring) => (
        <RingCard key={ring.view.ring.id} now={model.now} ring={ring} />
      ))}
    </Group>
  );
}
