// Lints a schema as Relay and schema authors want it: node lint.js schema.graphql
import { readFile } from "node:fs/promises";
import path from "node:path";
import graphqlPlugin from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";

// Read through the thing that has them; they have no life, and so no id, of their own.
const VALUES = [
  "Adopter", "AlignedTerm", "Answer", "AnswerConflict", "BarredBody", "BeneficiaryPlace", "BidGroup", "BidIntroduction",
  "BidMember", "BidMoney", "BidVersion", "BoardEntry", "BoardMember", "BoardMilestone", "CalibrationWeight", "CoFundingMember",
  "CoFundingSuggestion", "Contribution", "Coordinates", "DeclaredLink", "ErasedData", "Facet", "FacetBucket", "FieldChange", "FieldConflict",
  "FieldValue", "FundingAward", "FundingMatch", "FundingRuleCheck", "FundingRules", "Identifier", "ImportProblem", "ImportRow",
  "Likeness", "LikenessPart", "MatchRate", "MeasuredShare", "Money", "NamedShare", "NationQuota", "Neighbour",
  "OrganisationGroup", "OrganisationGroupMember", "OrganisationMatch", "OverlapCheck", "OverlapDimension", "OverlapEvidence", "OverlapMatch", "OverlapMove", "OverlapReport",
  "OverlapReview", "OverlapSummaryRow", "PageInfo", "Participant", "PartnerSuggestion", "PortfolioOverlap", "PortfolioPart",
  "PossibleSameCost", "PrefilledAnswer", "ProjectOutcome", "ProjectProposal", "ProjectRelation", "ProjectVersion", "Question",
  "QuestionCondition", "QuestionOption", "Reason", "ReportFact", "ReportSide", "ReportSum", "ReviewQuality", "RoleGrant",
  "ScoreBand", "ScoreThreshold", "SearchCorrection", "SecondOpinions", "Sector", "SharedEffort", "SharedParticipant", "SharedPlace", "Source",
  "SurveyAggregate", "SurveyAnswer", "SurveyFile", "SurveyLink", "SurveyOptionCount", "SurveyOverlap", "SurveyProject",
  "SurveyRate", "SurveyResultRow", "SurveySubmission", "SurveyUploadProblem", "SurveyUploadRow", "SustainableDevelopmentGoal",
  "Term", "TextSegment", "TextSpan", "Viewer",
];

const [file] = process.argv.slice(2);
const sdl = await readFile(file, "utf8");
const { configs } = graphqlPlugin;
const lint = new ESLint({
  cwd: path.dirname(path.resolve(file)),
  overrideConfigFile: true,
  overrideConfig: {
    files: ["**/*.graphql"],
    plugins: { "@graphql-eslint": graphqlPlugin },
    languageOptions: { parser: graphqlPlugin.parser, parserOptions: { graphQLConfig: { schema: file } } },
    rules: {
      ...configs["flat/schema-recommended"].rules,
      ...configs["flat/schema-relay"].rules,
      // Connections have `nodes` beside `edges`, and values come in lists.
      // Suggestions are worked out when asked for, and so are no nodes.
      "@graphql-eslint/relay-edge-types": [
        "error",
        { withEdgeSuffix: true, listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false },
      ],
      // Most lists are read from their best end only; Relay asks for one direction.
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
      "@graphql-eslint/strict-id-in-types": [
        "error",
        { exceptions: { types: VALUES, suffixes: ["Payload", "Connection", "Edge", "Error"] } },
      ],
    },
  },
});

const results = await lint.lintText(sdl, { filePath: path.resolve(file) });
const messages = results.flatMap((result) => result.messages);
for (const { line, ruleId, message } of messages) console.error(`${file}:${line} ${ruleId ?? "parse"}: ${message}`);
console.log(`${messages.length} complaints about ${sdl.split("\n").length} lines`);
process.exitCode = messages.length === 0 ? 0 : 1;
