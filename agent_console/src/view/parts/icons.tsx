/** The symbols that the Suomi.fi icons lack: those of a call. Each is decoration; the word stands beside it. */

import type { JSX, ReactNode } from "react";

interface SymbolProps {
  readonly size?: number;
}

function drawing(content: ReactNode): (props: SymbolProps) => JSX.Element {
  return function Drawing({ size = 24 }: SymbolProps): JSX.Element {
    return (
      <svg
        aria-hidden="true"
        fill="none"
        focusable="false"
        height={size}
        stroke="currentColor"
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeWidth="2"
        style={{ flex: "none", display: "block" }}
        viewBox="0 0 24 24"
        width={size}
      >
        {content}
      </svg>
    );
  };
}

const slash = <path d="M4 3l16 18" />;
const microphone = (
  <>
    <rect height="11" rx="3" width="6" x="9" y="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </>
);
const camera = (
  <>
    <rect height="12" rx="2" width="13" x="2.5" y="6" />
    <path d="M15.5 10.5l6-3.5v10l-6-3.5" />
  </>
);
const handset =
  "M6.6 3.5l2.6.5 1.3 3.9-2 1.7a12.5 12.5 0 0 0 5.9 5.9l1.7-2 3.9 1.3.5 2.6c0 1.7-1.3 3.1-3 3.100C10 20.5 3.5 14 3.5 6.500c0-1.7 1.4-3 3.1-3z";

export const MicrophoneOn = drawing(microphone);
export const MicrophoneOff = drawing(
  <>
    {microphone}
    {slash}
  </>,
);
export const CameraOn = drawing(camera);
export const CameraOff = drawing(
  <>
    {camera}
    {slash}
  </>,
);
export const Handset = drawing(<path d={handset} />);
export const HangUp = drawing(<path d={handset} transform="rotate(135 12 12)" />);
export const PauseSign = drawing(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M10 8.500v7M14 8.500v7" />
  </>,
);
export const ReadySign = drawing(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M8 12.200l2.8 2.800L16 9.5" />
  </>,
);
export const NoLineSign = drawing(
  <>
    <path d="M3 9.500a13 13 0 0 1 18 0M6.5 13a8 8 0 0 1 11 0M10 16.500a3 3 0 0 1 4 0" />
    {slash}
  </>,
);
export const ActSign = drawing(
  <>
    <path d="M12 3.500l9 16.500H3z" />
    <path d="M12 10v4.500M12 17.200v.1" />
  </>,
);
export const NoticeSign = drawing(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 7v5.500l3.5 2" />
  </>,
);
export const NobodySign = drawing(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M8 12h8" />
  </>,
);
export const RingLogo = drawing(
  <>
    <circle cx="12" cy="12" r="8.5" strokeWidth="3" />
    <circle cx="12" cy="12" fill="currentColor" r="2.5" stroke="none" />
  </>,
);
