/** What is said to whoever looks after the device. */
export const device = {
  enrolment: {
    title: "Ota laite käyttöön",
    text: "Tämä laite odottaa pääkäyttäjän hyväksyntää.",
    steps: "Toimi näin",
    stepOpen: "Pääkäyttäjä kirjautuu Palvelurinkiin ja avaa sivun Laitteet.",
    stepCode: "Hän valitsee tämän laitteen paikan ja kirjoittaa koodin.",
    stepCompare: "Verratkaa tunnistetta. Sen pitää olla sama molemmilla näytöillä.",
    next: "Kun laite on hyväksytty, aloitusnäyttö avautuu tähän itsestään.",
    code: "Koodi",
    asking: "Haetaan koodia.",
    left: "Voimassa vielä {{time}}. Sitten tähän tulee uusi koodi.",
    renewing: "Koodi vanheni. Haetaan uutta.",
    fingerprint: "Laitteen tunniste",
    trouble: "Palvelin ei juuri nyt vastaa. Yritämme uudelleen.",
    demo: "Kokeilussa laitteet avataan luettelosta, eikä niitä tarvitse ottaa käyttöön.",
    demoList: "Avaa luettelo",
  },
  keyStopped: {
    revoked: {
      title: "Laite on poistettu käytöstä",
      text: "Pääkäyttäjä on poistanut laitteen oikeuden palveluun.",
      advice: "Jos laitteen pitäisi olla käytössä, kysy asiasta pääkäyttäjältä.",
    },
    quarantined: {
      title: "Laite on suljettu turvallisuussyistä",
      text: "Laitteen avain oli käytössä myös toisessa paikassa.",
      advice: "Kerro tästä pääkäyttäjälle ennen kuin jatkat. Joku on voinut kopioida laitteen tiedot.",
    },
    customer: "Palveluneuvoja auttaa sinua tiskillä.",
    anew: "Ota laite käyttöön uudelleen",
    anewHelp: "Laite saa uuden avaimen, ja pääkäyttäjä hyväksyy sen.",
  },
  noKey: {
    title: "Laitetta ei voi ottaa käyttöön tällä selaimella",
    storage: "Selain ei anna sivun tallentaa laitteen avainta.",
    storageAdvice: "Avaa sivu tavallisessa ikkunassa, ei yksityisessä. Salli selaimen asetuksissa tietojen tallennus.",
    insecure: "Sivu on avattu ilman suojattua yhteyttä.",
    insecureAdvice: "Avaa sivu osoitteesta, jonka alussa on https.",
    cookies: "Selain ei säilytä laitteen kirjautumista.",
    cookiesAdvice: "Salli evästeet tälle sivulle selaimen asetuksissa.",
    retry: "Yritä uudelleen",
  },
  superseded: {
    title: "Palvelu on auki toisessa ikkunassa",
    text: "Tätä laitetta käytetään nyt toisessa ikkunassa. Voit jatkaa myös tässä.",
    continue: "Jatka tässä",
  },
};

export type DeviceWords = typeof device;
