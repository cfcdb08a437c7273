import type { JSX } from "react";
import styled from "styled-components";
import type { ConsoleModel } from "../../model/model";
import { clockOf, timeOf } from "../../model/time";
import type { RingModel, WaitLevel } from "../../model/waiting";
import { useWords } from "../../words/i18n";
import { ConnectionBar } from "../connection_bar";
import { LEVEL_INK, LEVEL_PALE, LevelWord } from "../parts/level";
import { hoursOf, nameOf } from "../parts/words_of";
import { ink, line, paper, tabular } from "../theme";

/** The measures are shares of the screen: the same wall is read on any size from the same distance. */
const Screen = styled.main`
  display: grid;
  grid-template-rows: auto minmax(0, 1fr);
  gap: 1.2vh;
  min-height: 100dvh;
  padding: 1.6vh 1.2vw;
`;

const Notice = styled.div`
  font-size: clamp(16px, 2.8vh, 40px);
`;

const Top = styled.div`
  display: flex;
  justify-content: space-between;
  align-items: baseline;
  gap: 2vw;
  h1 {
    font-size: clamp(24px, 3.6vh, 56px);
    font-weight: 600;
    line-height: 1.2;
  }
  p {
    ${tabular}
    font-size: clamp(24px, 4.4vh, 64px);
    font-weight: 600;
  }
`;

const Tiles = styled.ul<{ $columns: number }>`
  display: grid;
  grid-template-columns: repeat(${({ $columns }) => $columns}, minmax(0, 1fr));
  grid-auto-rows: minmax(0, 1fr);
  gap: 1.2vw;
  @media (max-width: 900px) {
    grid-template-columns: minmax(0, 1fr);
    grid-auto-rows: auto;
  }
`;

const Tile = styled.li<{ $level: WaitLevel }>`
  container-type: size;
  display: grid;
  align-content: space-between;
  gap: 1cqh;
  padding: 1.2vh 1.2vw;
  border: 2px solid ${line};
  border-left: 1vw solid ${({ $level }) => LEVEL_INK[$level]};
  background: ${({ $level }) => ($level === "none" ? paper : LEVEL_PALE[$level])};
  color: ${ink};
  min-height: 320px;
`;

const Name = styled.div`
  h2 {
    font-size: clamp(22px, min(10cqh, 6.4cqw), 80px);
    font-weight: 600;
    line-height: 1.15;
    text-wrap: balance;
  }
  p {
    font-size: clamp(18px, min(7.5cqh, 5cqw), 56px);
    line-height: 1.3;
  }
`;

const Longest = styled.div<{ $level: WaitLevel }>`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0 2cqw;
  > strong {
    ${tabular}
    font-size: clamp(64px, min(40cqh, 22cqw), 440px);
    font-weight: 600;
    line-height: 1;
    color: ${({ $level }) => LEVEL_INK[$level]};
  }
  > span {
    font-size: clamp(24px, min(10cqh, 5.4cqw), 80px);
    svg {
      width: 1.3em;
      height: 1.3em;
    }
  }
`;

const Counts = styled.dl`
  display: grid;
  grid-template-columns: repeat(4, auto);
  justify-content: space-between;
  gap: 0 1cqw;
  > div {
    display: flex;
    flex-direction: column-reverse;
  }
  dt {
    font-size: clamp(16px, min(8cqh, 4.8cqw), 56px);
    line-height: 1.2;
  }
  dd {
    ${tabular}
    font-size: clamp(28px, min(15cqh, 9cqw), 120px);
    font-weight: 600;
    line-height: 1.1;
  }
`;

function TileOf({ ring, now }: { readonly ring: RingModel; readonly now: number }): JSX.Element {
  const { t, language } = useWords();
  const { view, level, longestMs, counts } = ring;
  return (
    <Tile $level={level} data-level={level} data-ring={view.ring.id}>
      <Name>
        <h2>{nameOf(view.ring, language)}</h2>
        <p>{hoursOf(view, now, t, language)}</p>
      </Name>
      <Longest $level={level}>
        <strong>{longestMs === null ? "–" : clockOf(longestMs)}</strong>
        <LevelWord level={level} />
      </Longest>
      <Counts>
        {(["waiting", "in_call", "ready", "paused"] as const).map((count) => (
          <div key={count}>
            <dt>{t(`rings.${count}`)}</dt>
            <dd>{counts[count]}</dd>
          </div>
        ))}
      </Counts>
    </Tile>
  );
}

function columnsFor(rings: number): number {
  if (rings <= 3) {
    return Math.max(1, rings);
  }
  return rings === 4 ? 2 : 3;
}

/** The rings on a wall: no pointer, nothing that rotates, read from five metres. */
export function Wall({ model }: { readonly model: ConsoleModel }): JSX.Element {
  const { t, language } = useWords();
  return (
    <>
      <Notice>
        <ConnectionBar model={model} />
      </Notice>
      <Screen data-view="wall">
        <Top>
          <h1>{t("board.longest")}</h1>
          <p>{timeOf(model.now, language)}</p>
        </Top>
        {model.rings.length === 0 ? (
          <p>{t("board.none")}</p>
        ) : (
          <Tiles $columns={columnsFor(model.rings.length)}>
            {model.rings.map((ring) => (
              <TileOf key={ring.view.ring.id} now={model.now} ring={ring} />
            ))}
          </Tiles>
        )}
      </Screen>
    </>
  );
}
