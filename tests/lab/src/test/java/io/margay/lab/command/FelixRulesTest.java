package io.margay.lab.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FelixRulesTest {
  /** The hashes that these rules have on every node with Calico. */
  @Test
  void hashesAreCalicos() {
    assertThat(
            FelixRules.restore(
                """
                # its own comments
                *nat
                :cali-fip-snat
                -A cali-POSTROUTING --jump cali-fip-snat
                -A cali-POSTROUTING --jump cali-nat-outgoing
                *filter
                -I FORWARD --jump cali-FORWARD
                -A FORWARD -m comment --comment "Policy explicitly accepted packet." -m mark --mark 0x10000/0x10000 --jump ACCEPT
                -A FORWARD --jump MARK --set-mark 0x10000/0x10000
                -A cali-FORWARD --jump MARK --set-mark 0/0xe0000
                """))
        .isEqualTo(
            """
            *nat
            :cali-fip-snat - -
            :cali-POSTROUTING - -
            -A cali-POSTROUTING -m comment --comment "cali:Z-c7XtVd2Bq7s_hA" --jump cali-fip-snat
            -A cali-POSTROUTING -m comment --comment "cali:nYKhEzDlr11Jccal" --jump cali-nat-outgoing
            COMMIT
            *filter
            :cali-FORWARD - -
            -I FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" --jump cali-FORWARD
            -A FORWARD -m comment --comment "cali:S93hcgKJrXEqnTfs" -m comment --comment "Policy explicitly accepted packet." -m mark --mark 0x10000/0x10000 --jump ACCEPT
            -A FORWARD -m comment --comment "cali:mp77cMpurHhyjLrM" --jump MARK --set-mark 0x10000/0x10000
            -A cali-FORWARD -m comment --comment "cali:vjrMJCRpqwy5oRoX" --jump MARK --set-mark 0/0xe0000
            COMMIT
            """);
  }
}
