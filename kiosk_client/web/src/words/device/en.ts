import type { DeviceWords } from "./fi";

export const device: DeviceWords = {
  enrolment: {
    title: "Take this device into use",
    text: "This device is waiting for an administrator to approve it.",
    steps: "What to do",
    stepOpen: "An administrator signs in to Palvelurinki and opens the page Devices.",
    stepCode: "They choose the place of this device and enter the code.",
    stepCompare: "Compare the fingerprint. It must be the same on both screens.",
    next: "Once the device is approved, the start screen opens here by itself.",
    code: "Code",
    asking: "Getting a code.",
    left: "Good for another {{time}}. Then a new code appears here.",
    renewing: "The code has run out. Getting a new one.",
    fingerprint: "Fingerprint of this device",
    trouble: "The server is not answering right now. We keep trying.",
    demo: "In the demo, devices are opened from a list and need not be taken into use.",
    demoList: "Open the list",
  },
  keyStopped: {
    revoked: {
      title: "This device has been taken out of use",
      text: "An administrator has removed its access to the service.",
      advice: "If the device should be in use, ask the administrator.",
    },
    quarantined: {
      title: "This device is blocked for security",
      text: "Its key was in use in another place as well.",
      advice: "Tell the administrator before you go on. Somebody may have copied the data of this device.",
    },
    customer: "A service adviser will help you at the desk.",
    anew: "Take the device into use again",
    anewHelp: "The device gets a new key, and the administrator approves it.",
  },
  noKey: {
    title: "This browser cannot be used for the device",
    storage: "The browser does not let the page store the key of the device.",
    storageAdvice: "Open the page in a normal window, not a private one. Allow storage in the browser’s settings.",
    insecure: "The page was opened without a secure connection.",
    insecureAdvice: "Open the page at an address that begins with https.",
    cookies: "The browser does not keep the sign-in of the device.",
    cookiesAdvice: "Allow cookies for this page in the browser’s settings.",
    retry: "Try again",
  },
  superseded: {
    title: "The service is open in another window",
    text: "This device is now being used in another window. You can also continue here.",
    continue: "Continue here",
  },
};
