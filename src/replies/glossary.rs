//! Acronyms and what they stand for (domain.md §5.2). Those of the configuration come first: some mean something else in
//! another département.

use std::collections::BTreeMap;

use crate::{config::Acronym, triage::fold::fold};

/// Short, long; nothing behind: everybody understands it.
const KNOWN: &str = "
ADIL=Agence départementale d'information sur le logement
AGDREF=Application de gestion des dossiers des ressortissants étrangers en France
ANEF=Administration numérique pour les étrangers en France
ANTAI=Agence nationale de traitement automatisé des infractions
ANTS=Agence nationale des titres sécurisés
APS=Autorisation provisoire de séjour
AR=Accusé de réception
ARE=Accusé de réception électronique
BMI=Bureau des migrations et de l'intégration
BPI=Bénéficiaire de la protection internationale
BRU=Bureau de la relation à l'usager
CADA=Commission d'accès aux documents administratifs
Caf=Caisse d'allocations familiales
Carsat=Caisse d'assurance retraite et de la santé au travail
CCAPEX=Commission de coordination des actions de prévention des expulsions
CCC=Centre de contact citoyen
CEAF=Carte européenne d'armes à feu
CERT=Centre d'expertise et de ressources des titres
CESEDA=Code de l'entrée et du séjour des étrangers et du droit d'asile
CIP=Cellule d'information du public
CIV=Certificat d'immatriculation des véhicules
CLU=Comité local des usagers
CNDA=Cour nationale du droit d'asile
CNI=Carte nationale d'identité
CNIL=Commission nationale de l'informatique et des libertés
CPAM=Caisse primaire d'assurance maladie
CPI=Certificat provisoire d'immatriculation
CRPA=Code des relations entre le public et l'administration
DALO=Droit au logement opposable
DCEM=Document de circulation pour étranger mineur
DCL=Direction de la citoyenneté et de la légalité
DCPPAT=Direction de la coordination des politiques publiques et de l'appui territorial
DDETS=Direction départementale de l'emploi, du travail et des solidarités
DDFIP=Direction départementale des finances publiques
DDI=Direction départementale interministérielle
DDPP=Direction départementale de la protection des populations
DDT=Direction départementale des territoires
DGEF=Direction générale des étrangers en France
DICOM=Délégation à l'information et à la communication
DILA=Direction de l'information légale et administrative
DINUM=Direction interministérielle du numérique
DITP=Direction interministérielle de la transformation publique
DMAT=Direction du management de l'administration territoriale
DMI=Direction des migrations et de l'intégration
DPO=Délégué à la protection des données
DR=Dispositif de recueil
DUA=Durée d'utilité administrative
EEE=Espace économique européen
FALC=Facile à lire et à comprendre
FAQ=Foire aux questions
GUDA=Guichet unique pour demandeurs d'asile
JOAFE=Journal officiel des associations et fondations d'entreprise
MSA=Mutualité sociale agricole
MSAP=Maison de services au public
OFB=Office français de la biodiversité
OFII=Office français de l'immigration et de l'intégration
OFPRA=Office français de protection des réfugiés et apatrides
ONACVG=Office national des combattants et des victimes de guerre
OQTF=Obligation de quitter le territoire français
PAN=Point d'accueil numérique
PC=Permis de conduire
PPNG=Plan préfectures nouvelle génération
PRADA=Personne responsable de l'accès aux documents administratifs
RDV
RGAA=Référentiel général d'amélioration de l'accessibilité
RGI=Référentiel général d'interopérabilité
RGPD=Règlement général sur la protection des données
RGS=Référentiel général de sécurité
RNA=Répertoire national des associations
RSP=Relais services publics
SG=Secrétariat général
SGCD=Secrétariat général commun départemental
SIA=Système d'information sur les armes
SIDE=Site internet départemental de l'État
SIDPC=Service interministériel de défense et de protection civiles
SIDSIC=Service interministériel départemental des systèmes d'information et de communication
SIG=Service d'information du Gouvernement
SIRET=Système d'identification du répertoire des établissements
SIV=Système d'immatriculation des véhicules
SPADA=Structure de premier accueil des demandeurs d'asile
SRDCI=Service régional et départemental de la communication interministérielle
SVE=Saisine par voie électronique
SVI=Serveur vocal interactif
TA=Tribunal administratif
TAJ=Traitement d'antécédents judiciaires
UDAF=Union départementale des associations familiales
UE=Union européenne
Urssaf=Union de recouvrement des cotisations de sécurité sociale et d'allocations familiales
VLSTS=Visa de long séjour valant titre de séjour
VTC=Voiture de transport avec chauffeur
";

/// Every acronym that is known, by its letters alone, folded.
#[derive(Debug, Clone)]
pub struct Glossary(BTreeMap<String, String>);

impl Glossary {
    /// What everybody knows, and what the configuration says instead.
    pub fn with(own: &[Acronym]) -> Self {
        let known = KNOWN.lines().filter(|line| !line.is_empty());
        let known = known.map(|line| line.split_once('=').unwrap_or((line, "")));
        let own = own.iter().map(|acronym| (acronym.short.as_str(), acronym.long.as_str()));
        Self(known.chain(own).map(|(short, long)| (key(short), long.to_owned())).collect())
    }

    /// What an acronym stands for, however it is written; empty: it needs no expansion. `None`: nobody knows it.
    pub fn expansion(&self, written: &str) -> Option<&str> {
        let key = key(written);
        let singular = key.strip_suffix('s').unwrap_or(&key);
        self.0.get(&key).or_else(|| self.0.get(singular)).map(String::as_str)
    }
}

/// The letters alone: « A.N.T.S. », « ants ».
fn key(written: &str) -> String {
    fold(written).chars().filter(|c| c.is_ascii_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acronym_is_known_however_it_is_written_and_may_mean_something_else_here() {
        let own = [Acronym { short: "DMI".into(), long: "Délégation à la mer et aux îles".into() }];
        let glossary = Glossary::with(&own);
        for written in ["ANTS", "A.N.T.S.", "ants"] {
            assert_eq!(glossary.expansion(written), Some("Agence nationale des titres sécurisés"), "{written}");
        }
        assert_eq!(glossary.expansion("CERTs"), glossary.expansion("CERT"));
        assert_eq!(glossary.expansion("DMI"), Some("Délégation à la mer et aux îles"));
        assert_eq!((glossary.expansion("RDV"), glossary.expansion("XYZ")), (Some(""), None));
    }
}
