import { type JSX, useId, useState } from "react";
import styled from "styled-components";
import { Link } from "suomifi-ui-components";
import type { ConsoleActions } from "../../model/actions";
import type { ConsoleModel } from "../../model/model";
import { clockOf } from "../../model/time";
import { ACT_AFTER_MS, COUNTS, NOTICE_AFTER_MS, type RingModel, type WaitLevel } from "../../model/waiting";
import { useWords } from "../../words/i18n";
import { Disclosure } from "../parts/disclosure";
import { LEVEL_INK, LEVEL_PALE, LevelWord } from "../parts/level";
import { closingOf, nameOf } from "../parts/words_of";
import { line, middle, panel, quiet, tabular, wide } from "../theme";
import { EmptyBoard } from "./empty_board";
import { Members } from "./members";
import { OffersOf } from "./offers_of";
import { Queue } from "./queue";

const MINUTE_MS = 60_000;

const Page = styled.div`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 16px;
  max-width: 1480px;
  margin: 0 auto;
`;

const Top = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 4px 24px;
  h1 {
    font-size: 26px;
    font-weight: 600;
    line-height: 1.25;
  }
  > :last-child {
    margin-left: auto;
  }
`;

const Quiet = styled.p`
  color: ${quiet};
  font-size: 15px;
`;

const Cards = styled.ul`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 12px;
`;

const Card = styled.li<{ $level: WaitLevel }>`
  ${panel}
  border-left: 6px solid ${({ $level }) => LEVEL_INK[$level]};
  overflow: hidden;
`;

/** One below the other the rings' figures stand in columns, so that the eye compares them. */
const Row = styled.div`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  ${middle} {
    grid-template-columns: minmax(0, 1fr) 300px;
    grid-template-areas: "name longest" "counts counts";
  }
  ${wide} {
    grid-template-columns: minmax(0, 1fr) 300px minmax(0, 540px);
    grid-template-areas: "name longest counts";
  }
`;

const Name = styled.div`
  padding: 12px 16px;
  align-self: center;
  ${middle} {
    grid-area: name;
  }
  h2 {
    font-size: 20px;
    font-weight: 600;
    line-height: 1.25;
  }
`;

const Longest = styled.div<{ $level: WaitLevel }>`
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  align-content: center;
  gap: 0 16px;
  padding: 10px 16px;
  background: ${({ $level }) => LEVEL_PALE[$level]};
  ${middle} {
    grid-area: longest;
  }
  p {
    font-size: 15px;
  }
  > strong {
    ${tabular}
    grid-row: 1 / span 2;
    grid-column: 2;
    align-self: center;
    font-size: 52px;
    font-weight: 600;
    line-height: 1;
    color: ${({ $level }) => LEVEL_INK[$level]};
  }
`;

const Counts = styled.dl`
  display: grid;
  grid-template-columns: repeat(3, minmax(0, 1fr));
  align-content: center;
  gap: 4px 0;
  padding: 8px;
  ${middle} {
    grid-area: counts;
    grid-template-columns: repeat(6, minmax(0, 1fr));
  }
  > div {
    display: flex;
    flex-direction: column-reverse;
    justify-content: flex-end;
    padding: 2px 8px;
  }
  dt {
    color: ${quiet};
    font-size: 14px;
    line-height: 1.3;
  }
  dd {
    ${tabular}
    font-size: 24px;
    font-weight: 600;
    line-height: 1.25;
  }
`;

const Toggles = styled.div`
  display: flex;
  flex-wrap: wrap;
  padding: 0 4px;
  border-top: 1px solid ${line};
`;

const Detail = styled.div`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 16px 32px;
  padding: 4px 16px 16px;
  ${wide} {
    grid-template-columns: minmax(0, 1fr) 340px;
  }
`;

interface RingCardProps {
  readonly ring: RingModel;
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

function Figures({ ring, now }: { readonly ring: RingModel; readonly now: number }): JSX.Element {
  const { t, language } = useWords();
  const { view, level, longestMs, counts } = ring;
  return (
    <Row>
      <Name>
        <h2>{nameOf(view.ring, language)}</h2>
        <Quiet>{closingOf(view, now, t, language)}</Quiet>
      </Name>
      <Longest $level={level}>
        <p>{t("board.longest")}</p>
        <strong>{longestMs === null ? "–" : clockOf(longestMs)}</strong>
        <LevelWord level={level} />
      </Longest>
      <Counts>
        {COUNTS.map((count) => (
          <div data-count={count} key={count}>
            <dt>{t(`rings.${count}`)}</dt>
            <dd>{counts[count]}</dd>
          </div>
        ))}
      </Counts>
    </Row>
  );
}

function RingCard({ ring, model, actions }: RingCardProps): JSX.Element {
  const { t, language } = useWords();
  const [detail, setDetail] = useState(false);
  const [why, setWhy] = useState(false);
  const area = useId();
  const whyArea = useId();
  const { id } = ring.view.ring;
  const name = nameOf(ring.view.ring, language);
  const supervised = ring.members !== null;
  const askWhy = (): void => {
    setWhy(!why);
    if (!why) {
      actions.readOffers(id);
    }
  };
  return (
    <Card $level={ring.level} data-level={ring.level} data-ring={id}>
      <Figures now={model.now} ring={ring} />
      <Toggles>
        <Disclosure
          area={area}
          label={t("board.show")}
          name="detail"
          of={name}
          onToggle={() => setDetail(!detail)}
          open={detail}
        />
        {supervised && (
          <Disclosure area={whyArea} label={t("board.show_why")} name="why" of={name} onToggle={askWhy} open={why} />
        )}
      </Toggles>
      <div id={area}>
        {detail && (
          <Detail>
            <Queue now={model.now} of={name} waiting={ring.waiting} />
            {ring.members !== null && <Members members={ring.members} now={model.now} of={name} />}
          </Detail>
        )}
      </div>
      <div id={whyArea}>{why && <OffersOf actions={actions} model={model} of={name} ring={id} />}</div>
    </Card>
  );
}

interface RingBoardProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

/** All rings that I am responsible for: the longest wait first, then the rest; the detail opens in place. */
export function RingBoard({ model, actions }: RingBoardProps): JSX.Element {
  const { t } = useWords();
  if (model.rings.length === 0) {
    return <EmptyBoard heading={t("board.heading")}>{t("board.none")}</EmptyBoard>;
  }
  return (
    <Page>
      <Top>
        <h1>{t("board.heading")}</h1>
        <Quiet>{t("board.rule", { good: NOTICE_AFTER_MS / MINUTE_MS, notice: ACT_AFTER_MS / MINUTE_MS })}</Quiet>
        <Link href="?view=wall">{t("board.wall")}</Link>
      </Top>
      <Cards>
        {model.rings.map((ring) => (
          <RingCard actions={actions} key={ring.view.ring.id} model={model} ring={ring} />
        ))}
      </Cards>
    </Page>
  );
}
