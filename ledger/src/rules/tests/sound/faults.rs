//! One fault each: what is written instead of what, where that is told, and what.

pub(super) const FAULTS: &[(&str, &str, &str)] = &[
    // Texts and names.
    ("name = \"test\"", "name = \"a test\"", "name: `a test` must be a name: a-z 0-9 . _ -"),
    (
        "\"61.07\"",
        "\"Kab. X\"",
        "region: `Kab. X` must be `id`, or the code of a province or of a regency or city in one: 61, 61.07",
    ),
    (
        "\"61.07\"",
        "\"9\"",
        "region: `9` must be `id`, or the code of a province or of a regency or city in one: 61, 61.07",
    ),
    (
        "\"61.07\"",
        "\"61.00\"",
        "region: `61.00` must be `id`, or the code of a province or of a regency or city in one: 61, 61.07",
    ),
    (
        "title = { id = \"Uji\"",
        "title = { id = \" \"",
        "title.id: is blank, or has control characters or such as turn the direction of reading",
    ),
    (
        "title = { id = \"Uji\", en = \"Test\" }",
        "title = { id = \"Uji\", en = \"\u{202e}tseT\" }",
        "title.en: is blank, or has control characters or such as turn the direction of reading",
    ),
    (
        "rule = \"T.3\"\nforce = \"DO\"\nclass = \"public\"\nsubject = \"whole/{year:year}/{id}\"\nwho = []\ntext = { id = \"Uji.\"",
        "rule = \"T.3\"\nforce = \"DO\"\nclass = \"public\"\nsubject = \"whole/{year:year}/{id}\"\nwho = []\ntext = { id = \"\"",
        "act[whole.begun].text.id: is blank, or has control characters or such as turn the direction of reading",
    ),
    (
        "rule = \"T.1\", text = { id = \"Uji.\", en = \"Test.\" }",
        "rule = \"T.1\", text = { id = \"Uji.\", en = \"Te\u{2066}st.\" }",
        "act[part.made].field[note].text.en: is blank, or has control characters or such as turn the direction of reading",
    ),
    (
        "row = \"T-2\"\nrule = \"T.2\"",
        "row = \"T-2\"\nrule = \"\"",
        "act[part.dropped].rule: is blank, or has control characters or such as turn the direction of reading",
    ),
    (
        "row = \"T-2\"\nrule = \"T.2\"",
        "row = \"T-2\"\nrule = \"T 2\"",
        "act[part.dropped].rule: `T 2` must be letters, digits, - and _ in parts joined by dots, 64 at most",
    ),
    (
        "row = \"T-2\"\nrule = \"T.2\"",
        "row = \"T-2\"\nrule = \"SYS.4.1\"",
        "act[part.dropped].rule: `SYS.4.1`: SYS stands for the structural acts, whose words no other rule set has",
    ),
    (
        "rule = \"T.3\", text",
        "rule = \"sys.3\", text",
        "act[whole.begun].condition[1].rule: `sys.3`: SYS stands for the structural acts, whose words no other rule set has",
    ),
    (
        "rule = \"T.4\"",
        "rule = \"SYS.4\"",
        "lifecycle[part].transition[1].rule: `SYS.4`: SYS stands for the structural acts, whose words no other rule set has",
    ),
    (
        "rule = \"T.9\"",
        "rule = \"SYS.9\"",
        "actors.PSE.finding.rule: `SYS.9`: SYS stands for the structural acts, whose words no other rule set has",
    ),
    (
        "type = \"whole.begun\"",
        "type = \"Whole begun\"",
        "act[Whole begun].type: `Whole begun` must be lower-case words joined by dots",
    ),
    (
        "{ on = \"part.made\"",
        "{ on = \"part\"",
        "lifecycle[part].transition[0].on: `part` must be lower-case words joined by dots",
    ),
    // Actors.
    (
        "function = \"kominfo\"",
        "head = false",
        "actors.DINAS: demands nothing, and everybody would be one: function, kind, office, head, authority, \
         registrar, service, founder, holder and other say whom it names",
    ),
    (
        "kind = \"opd\"",
        "",
        "actors.PSE: demands nothing, and everybody would be one: function, kind, office, head, authority, \
         registrar, service, founder, holder and other say whom it names",
    ),
    (
        "kind = \"opd\"",
        "kind = \"opdd\"",
        "actors.PSE.kind: `opdd` must be opd, stakeholder or central",
    ),
    (
        "function = \"kominfo\"",
        "office = [\"bupati\"]",
        "actors.DINAS.office: `bupati` must be an office: role/ and its id",
    ),
    // Bounds.
    (
        "kind = \"integer\", min = 1, max = 9",
        "kind = \"integer\", min = 10, max = 9",
        "act[part.made].field[size].max: `9` is below `10`: nothing lies between",
    ),
    (
        "min = \"0.5\", max = \"9.5\"",
        "min = \"10\", max = \"9.5\"",
        "act[part.made].field[price].max: `9.5` is below `10`: nothing lies between",
    ),
    (
        "kind = \"list\", min = 1, max = 4",
        "kind = \"list\", min = 5, max = 4",
        "act[part.made].field[papers].max: `4` is below `5`: nothing lies between",
    ),
    ("max = 20", "max = 0", "act[part.made].field[note].max: `0` must be 1 or more"),
    (
        "min = \"0.5\", max = \"9.5\"",
        "scale = 19",
        "act[part.made].field[price].scale: `19` must be 18 or less",
    ),
    (
        "one_of = [\"small\", \"large\"]",
        "one_of = []",
        "act[part.made].field[kind].one_of: `[]` must be 1 or more",
    ),
    (
        "one_of = [\"small\", \"large\"]",
        "one_of = [\"small\", \"small\"]",
        "act[part.made].field[kind].one_of: `small` is defined twice",
    ),
    (
        "at_least = 1, at_most = 3",
        "at_least = 4, at_most = 3",
        "act[whole.begun].condition[4].at_most: `3` is below `4`: nothing lies between",
    ),
    (
        ", at_least = 1, at_most = 3",
        "",
        "act[whole.begun].condition[4].at_least: exactly one of at_least, at_most, both is required",
    ),
    (
        "in = [\"made\"]",
        "in = []",
        "act[whole.begun].condition[1].in: exactly one of in, not_in, both is required",
    ),
    (
        "is = \">=\"",
        "is = \"==\"",
        "act[whole.begun].condition[2].is: `==` must be <, <=, > or >= with plus",
    ),
    // What is kept.
    (
        "\"this.kind\"",
        "\"this.kindd\"",
        "lifecycle[part].transition[1].when[0].field: `this.kindd`: no row keeps it on streams of part/",
    ),
    (
        "#made_on",
        "#made_at",
        "act[whole.begun].condition[2].right: `part/{data.part}#made_at`: no row keeps it on streams of part/",
    ),
    (
        "#end.reason",
        "#end.reasons",
        "act[whole.begun].condition[3].field: `part/{data.part}#end.reasons`: no row keeps it on streams of part/",
    ),
    (
        "#papers",
        "#papers.sha512",
        "act[whole.begun].condition[4].field: `part/{data.part}#papers.sha512`: no row keeps it on streams of part/",
    ),
    (
        "clear = [\"size\"]",
        "clear = [\"sise\"]",
        "act[part.made].decision.clear: `sise`: no row keeps it on streams of part/",
    ),
    (
        "under = \"end\"",
        "clear = [\"prize\"]\nunder = \"end\"",
        "act[part.dropped].clear: `prize`: no row keeps it on streams of part/",
    ),
    (
        "\"PSE of source\"",
        "\"PSE of this.agency\"",
        "act[part.dropped].who: `this.agency`: no row keeps it on streams of part/",
    ),
    (
        "under = \"end\"",
        "keep = { of = \"agency/{source}#short_name\" }\nunder = \"end\"",
        "act[part.dropped].keep.of: `agency/{source}#short_name`: no row keeps it on streams of agency/",
    ),
    (
        "to = \"gone\" }]",
        "to = \"gone\", put = { into = \"of\", key = \"data.part\", value = \"this.at\" } }]",
        "act[whole.begun].effect[0].put.value: `this.at`: no row keeps it on streams of whole/",
    ),
    (
        "field = \"source\", present = true",
        "field = \"data.part.x\", present = true",
        "act[whole.begun].condition[0].field: `data.part.x` is not defined in this rule set",
    ),
    (
        "kind = \"field\", field = \"source\", present = true",
        "kind = \"guard\", name = \"free_name@1\"",
        "act[whole.begun].condition[0].name: `holder`: no row keeps it on streams of whole/",
    ),
    // States.
    (
        "in = [\"made\"]",
        "in = [\"mede\"]",
        "act[whole.begun].condition[1].in: `mede` is no state of the lifecycle of part/",
    ),
    (
        "in = [\"made\"]",
        "not_in = [\"made\", \"dropt\"]",
        "act[whole.begun].condition[1].not_in: `dropt` is no state of the lifecycle of part/",
    ),
    (
        "#end.reason\", absent = true",
        "#state\", none_of = [\"dropt\"]",
        "act[whole.begun].condition[3].field: `dropt` is no state of the lifecycle of part/",
    ),
    (
        "kind = \"field\", field = \"source\", present = true",
        "kind = \"compare\", left = \"this.state\", is = \"==\", value = \"begun\"",
        "act[whole.begun].condition[0].value: `begun` is no state of the lifecycle of whole/",
    ),
    (
        "finding = { state = [\"agency\"]",
        "finding = { state = [\"pse\"]",
        "actors.PSE.finding.state: `pse` is no state of the lifecycle of agency/",
    ),
    (
        "from = [\"made\"], to = \"gone\"",
        "from = [\"maid\"], to = \"gone\"",
        "act[whole.begun].effect[0].from: `maid` is no state of the lifecycle of part/",
    ),
    (
        "from = [\"made\"], to = \"gone\"",
        "from = [], to = \"gone\"",
        "act[whole.begun].effect[0].from: `[]` must be at least one state",
    ),
    (
        "from = [\"made\"], to = \"gone\"",
        "from = [\"made\"], to = \"gome\"",
        "act[whole.begun].effect[0].to: `gome` is no state of the lifecycle of part/",
    ),
    (
        "revoked = \"gone\"",
        "revoked = \"revoked\"",
        "act[part.made].decision.revoked: `revoked` is no state of the lifecycle of part/",
    ),
    (
        "revoked = \"gone\"",
        "revoked = \"gone\", annulled = \"maid\"",
        "act[part.made].decision.annulled: `maid` is no state of the lifecycle of part/",
    ),
    (
        "revoked = \"gone\"",
        "revoked = \"gone\", in_effect = { dropt = \"made\" }",
        "act[part.made].decision.in_effect.dropt: `dropt` is no state of the lifecycle of part/",
    ),
    (
        "revoked = \"gone\"",
        "revoked = \"gone\", in_effect = { dropped = \"maid\" }",
        "act[part.made].decision.in_effect.dropped: `maid` is no state of the lifecycle of part/",
    ),
    (
        "subject = \"whole/{year:year}/{id}\"",
        "subject = \"whole/{year:year}/{id}\"\ndecision = { revoked = \"ended\" }",
        "act[whole.begun].decision: streams of whole/ have no lifecycle",
    ),
    (
        "final = [\"gone\"]",
        "final = [\"gone\", \"goen\"]",
        "lifecycle[part].final: `goen` is no state of the lifecycle of part/",
    ),
    (
        "#end.reason\", absent = true",
        "#state\", equals = \"begun\"",
        "act[whole.begun].condition[3].field: `begun` is no state of the lifecycle of part/",
    ),
    (
        "part/{data.part}#end.reason\", absent = true",
        "{data.of}#state\", one_of = [\"made\", \"maed\"]",
        "act[whole.begun].condition[3].field: `maed` is no state of the lifecycle of part/",
    ),
    (
        "thing = \"part/{data.part}\", in = [\"made\"]",
        "thing = \"{data.of}\", in = [\"maed\"]",
        "act[whole.begun].condition[1].in: `maed` is no state of the lifecycle of part/",
    ),
    (
        "part/{data.part}#end.reason\", absent = true",
        "{data.of}#end.reasons\", absent = true",
        "act[whole.begun].condition[3].field: `{data.of}#end.reasons`: no row keeps it on streams of part/",
    ),
    (
        "part/{data.part}#end.reason\", absent = true",
        "{subject}#state\", equals = \"made\"",
        "act[whole.begun].condition[3].field: `made` is no state of the lifecycle of whole/",
    ),
    (
        "{ kind = \"field\", field = \"part/{data.part}#end.reason\", absent = true }",
        "{ kind = \"member\", field = \"{data.of}#state\", list = \"sizes\" }",
        "act[whole.begun].condition[3].list: `{data.of}#state` is never a member of the list",
    ),
    (
        "{ kind = \"field\", field = \"part/{data.part}#end.reason\", absent = true }",
        "{ kind = \"covers\", field = \"this.state\", all_of = [\"made\"] }",
        "act[whole.begun].condition[3].all_of: `made` is no state of the lifecycle of whole/",
    ),
    // What never matches.
    (
        "left = \"data.from\", is = \">=\"",
        "left = \"data.part\", is = \">=\"",
        "act[whole.begun].condition[2].right: `data.part` and `part/{data.part}#made_on` are of kinds that never match",
    ),
    (
        "#made_on\", plus = \"P1D\"",
        "#size\"",
        "act[whole.begun].condition[2].right: `data.from` and `part/{data.part}#size` are of kinds that never match",
    ),
    (
        "plus = \"P1D\"",
        "plus = \"PT24H\"",
        "act[whole.begun].condition[2].right: `data.from` and `part/{data.part}#made_on` are of kinds that never match",
    ),
    (
        "kind = \"field\", field = \"source\", present = true",
        "kind = \"compare\", left = \"data.from\", is = \"<\", value = \"tomorrow\"",
        "act[whole.begun].condition[0].value: `data.from` and `\"tomorrow\"` are of kinds that never match",
    ),
    (
        "kind = \"field\", field = \"source\", present = true",
        "kind = \"compare\", left = \"part/{data.part}#kind\", is = \"!=\", value = \"smal\"",
        "act[whole.begun].condition[0].value: `part/{data.part}#kind` and `\"smal\"` are of kinds that never match",
    ),
    (
        "#end.reason\", absent = true",
        "#kind\", one_of = [\"small\", \"big\"]",
        "act[whole.begun].condition[3].field: `part/{data.part}#kind` and `\"big\"` are of kinds that never match",
    ),
    (
        "#end.reason\", absent = true",
        "#size\", equals = \"large\"",
        "act[whole.begun].condition[3].field: `part/{data.part}#size` and `\"large\"` are of kinds that never match",
    ),
    (
        "#end.reason\", absent = true",
        "#size\", none_of = []",
        "act[whole.begun].condition[3].field: `[]` must be a list of at least one value",
    ),
    // Steps that are left out.
    (
        "structural = 3",
        "structural = 3\nskip = [\"part.lost\"]",
        "skip: `part.lost` is not defined in this rule set",
    ),
    (
        "structural = 3",
        "structural = 3\nskip = [\"part.dropped\"]",
        "skip: `part.dropped` has a row here; only a step without one is skipped",
    ),
    // What stands in for a value.
    (
        "one_of = [\"small\", \"large\"]",
        "one_of = [\"small\", \"large\"], required = false, default = \"huge\"",
        "act[part.made].field[kind].default: `huge` does not fit the field: must be one of: small, large",
    ),
    (
        "min = 1, max = 9",
        "min = 1, max = 9, required = false, default = \"3\"",
        "act[part.made].field[size].default: `3` does not fit the field: must be integer",
    ),
    (
        "max = \"9.5\"",
        "max = \"9.5\", required = false, default = \"9.6\"",
        "act[part.made].field[price].default: `9.6` does not fit the field: is out of range",
    ),
    (
        "name = \"made_on\", kind = \"date\"",
        "name = \"made_on\", kind = \"date\", required = false, default = \"tomorrow\"",
        "act[part.made].field[made_on].default: `tomorrow` does not fit the field: must be date (YYYY-MM-DD)",
    ),
    (
        "of = { kind = \"document\" }",
        "of = { kind = \"document\" }, required = false, default = \"deed\"",
        "act[part.made].field[papers].default: `deed` does not fit the field: must be list",
    ),
    (
        "max = 20",
        "max = 20, required = false, default = \"more than twenty bytes\"",
        "act[part.made].field[note].default: `more than twenty bytes` does not fit the field: at most 20",
    ),
    // Whose relation never is.
    (
        "\"PSE of source\"",
        "\"PSE of signer\"",
        "act[part.dropped].who: `signer` is never an agency",
    ),
    (
        "\"PSE of source\"",
        "\"PSE of effective\"",
        "act[part.dropped].who: `effective` is never an agency",
    ),
    (
        "\"PSE of source\"",
        "\"PSE of this.price\"",
        "act[part.dropped].who: `this.price` is never an agency",
    ),
    (
        "\"PSE of source\"",
        "\"SELF of source\"",
        "act[part.dropped].who: `source` is never a person",
    ),
    (
        "\"PSE of source\"",
        "\"SELF of this.papers\"",
        "act[part.dropped].who: `this.papers` is never a person",
    ),
    (
        "under = \"end\"",
        "cosigned_by = [\"PSE of this.made_on\"]\nunder = \"end\"",
        "act[part.dropped].cosigned_by: `this.made_on` is never an agency",
    ),
];
