import type { DeviceWords } from "./fi";

export const device: DeviceWords = {
  enrolment: {
    title: "Ta apparaten i bruk",
    text: "Den här apparaten väntar på huvudanvändarens godkännande.",
    steps: "Gör så här",
    stepOpen: "Huvudanvändaren loggar in i Palvelurinki och öppnar sidan Enheter.",
    stepCode: "Hen väljer den här apparatens plats och skriver koden.",
    stepCompare: "Jämför fingeravtrycket. Det ska vara samma på båda skärmarna.",
    next: "När apparaten har godkänts öppnas startskärmen här av sig själv.",
    code: "Kod",
    asking: "Koden hämtas.",
    left: "Gäller i {{time}} till. Sedan kommer en ny kod hit.",
    renewing: "Koden har gått ut. En ny hämtas.",
    fingerprint: "Apparatens fingeravtryck",
    trouble: "Servern svarar inte just nu. Vi försöker på nytt.",
    demo: "I demon öppnas apparaterna från en lista och behöver inte tas i bruk.",
    demoList: "Öppna listan",
  },
  keyStopped: {
    revoked: {
      title: "Apparaten har tagits ur bruk",
      text: "Huvudanvändaren har tagit bort apparatens rätt att använda tjänsten.",
      advice: "Om apparaten borde vara i bruk, fråga huvudanvändaren.",
    },
    quarantined: {
      title: "Apparaten är spärrad av säkerhetsskäl",
      text: "Apparatens nyckel användes också på ett annat ställe.",
      advice: "Berätta det för huvudanvändaren innan du fortsätter. Någon kan ha kopierat apparatens uppgifter.",
    },
    customer: "Servicerådgivaren hjälper dig vid disken.",
    anew: "Ta apparaten i bruk på nytt",
    anewHelp: "Apparaten får en ny nyckel, och huvudanvändaren godkänner den.",
  },
  noKey: {
    title: "Apparaten kan inte tas i bruk med den här webbläsaren",
    storage: "Webbläsaren låter inte sidan spara apparatens nyckel.",
    storageAdvice: "Öppna sidan i ett vanligt fönster, inte i ett privat. Tillåt lagring i webbläsarens inställningar.",
    insecure: "Sidan har öppnats utan skyddad förbindelse.",
    insecureAdvice: "Öppna sidan på en adress som börjar med https.",
    cookies: "Webbläsaren sparar inte apparatens inloggning.",
    cookiesAdvice: "Tillåt kakor för den här sidan i webbläsarens inställningar.",
    retry: "Försök igen",
  },
  superseded: {
    title: "Tjänsten är öppen i ett annat fönster",
    text: "Apparaten används nu i ett annat fönster. Du kan också fortsätta här.",
    continue: "Fortsätt här",
  },
};
