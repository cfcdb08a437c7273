import type { DemoView } from "@palvelurinki/call_kit";
import { useCallback, useEffect, useState } from "react";
import type { SignIn } from "../model/sign_in";
import { lastIssuer } from "./browser";
import { readDemo, readSignIn } from "./http";

async function learn(): Promise<SignIn> {
  try {
    const { issuers, demo: isDemo } = await readSignIn();
    const demo: DemoView | null = isDemo ? await readDemo() : null;
    return { kind: "known", issuers, demo, last: lastIssuer() };
  } catch {
    // Not reached, or too busy: either way the page says so and offers to ask again.
    return { kind: "unreached" };
  }
}

/** Who one may sign in with, asked for once it is plain that nobody is signed in; and how to ask again. */
export function useSignIn(wanted: boolean): [SignIn, () => void] {
  const [signIn, setSignIn] = useState<SignIn>({ kind: "loading" });
  const [asked, setAsked] = useState(0);
  const again = useCallback(() => setAsked((times) => times + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` is what asks again
  useEffect(() => {
    let over = false;
    if (wanted) {
      learn()
        .then((known) => {
          if (!over) {
            setSignIn(known);
          }
        })
        .catch(reportError);
    }
    return () => {
      over = true;
    };
  }, [wanted, asked]);
  return [signIn, again];
}
