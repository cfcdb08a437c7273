/** When the device itself cannot serve: what has happened, and who helps. */

import type { JSX, ReactNode } from "react";
import styled from "styled-components";
import { IconDisplay, IconLock, IconWebService } from "suomifi-ui-components";
import { Intro } from "./head";
import { HandIcon } from "./icons";
import { Spinner } from "./moving";
import { Body, Column, Note, Primary, Quiet, Row, Secondary } from "./parts";
import type { ScreenProps } from "./props";
import { useSpeech } from "./words";

const Middle = styled(Body)`
  justify-content: center;
  gap: 1.8rem;
  max-width: 60rem;
  margin: 0 auto;
  & > div > button {
    max-width: none;
  }
`;

const Picture = styled.div`
  display: flex;
  justify-content: center;
  & .fi-icon {
    width: 10rem;
    height: 10rem;
  }
  & > svg:not(.fi-icon) {
    width: 6rem;
    height: 6rem;
  }
`;

/** For a screen that has more to say. */
const Small = styled(Picture)`
  & .fi-icon {
    width: 5.5rem;
    height: 5.5rem;
  }
`;

function Stopped(props: {
  title: string;
  text: string;
  picture: ReactNode;
  small?: boolean;
  children?: ReactNode;
}): JSX.Element {
  return (
    <>
      <Intro text={props.text} title={props.title} />
      <Middle>
        {props.small ? <Small>{props.picture}</Small> : <Picture>{props.picture}</Picture>}
        {props.children}
      </Middle>
    </>
  );
}

export function StartingScreen(): JSX.Element {
  const { t } = useSpeech();
  return (
    <>
      <Intro text={t("starting.text")} title={t("starting.title")} />
      <Middle>
        <Picture>
          <Spinner />
        </Picture>
      </Middle>
    </>
  );
}

export function OutOfOrderScreen(): JSX.Element {
  const { t } = useSpeech();
  return (
    <Stopped picture={<IconWebService />} text={t("outOfOrder.text")} title={t("outOfOrder.title")}>
      <Note icon={<HandIcon />} tone="plain">
        <p>{t("outOfOrder.helper")}</p>
      </Note>
    </Stopped>
  );
}

/** The key is good for nothing any more. A customer reads whom to ask as well. */
export function KeyStoppedScreen({ send, why }: ScreenProps & { why: "revoked" | "quarantined" }): JSX.Element {
  const { t } = useSpeech();
  return (
    <Stopped
      picture={<IconLock />}
      small={true}
      text={t(`keyStopped.${why}.text`)}
      title={t(`keyStopped.${why}.title`)}
    >
      <Note tone={why === "quarantined" ? "bad" : "warning"}>
        <p>{t(`keyStopped.${why}.advice`)}</p>
      </Note>
      <Note icon={<HandIcon />} tone="plain">
        <p>{t("keyStopped.customer")}</p>
      </Note>
      <Column>
        <Row>
          <Secondary onClick={() => send({ type: "enrol_anew" })}>{t("keyStopped.anew")}</Secondary>
        </Row>
        <Quiet>{t("keyStopped.anewHelp")}</Quiet>
      </Column>
    </Stopped>
  );
}

export function NoKeyScreen({ send, why }: ScreenProps & { why: "storage" | "insecure" | "cookies" }): JSX.Element {
  const { t } = useSpeech();
  return (
    <Stopped picture={<IconLock />} text={t(`noKey.${why}`)} title={t("noKey.title")}>
      <Note tone="warning">
        <p>{t(`noKey.${why}Advice`)}</p>
      </Note>
      <Row>
        <Primary onClick={() => send({ type: "restart" })}>{t("noKey.retry")}</Primary>
      </Row>
    </Stopped>
  );
}

export function SupersededScreen({ send }: ScreenProps): JSX.Element {
  const { t } = useSpeech();
  return (
    <Stopped picture={<IconDisplay />} text={t("superseded.text")} title={t("superseded.title")}>
      <Row>
        <Primary onClick={() => send({ type: "take_over" })}>{t("superseded.continue")}</Primary>
      </Row>
    </Stopped>
  );
}
